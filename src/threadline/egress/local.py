"""Requests to a server on this machine, over a Unix socket in its data folder."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from threadline.egress.answers import Answer
from threadline.errors import Interrupted, NotSent

TIMEOUT = 120


async def post(socket: Path, path: str, body: bytes) -> Answer:
    """Raises `NotSent` if nobody listens there, `Interrupted` if it was cut off."""
    limit = aiohttp.ClientTimeout(total=TIMEOUT)
    connector = aiohttp.UnixConnector(path=str(socket))
    async with aiohttp.ClientSession(connector=connector, timeout=limit) as session:
        try:
            async with session.post(f"http://localhost{path}", data=body) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Answer(answer.status, headers, await answer.read())
        except aiohttp.ClientConnectorError as why:
            raise NotSent(f"no server listens at {socket}") from why
        except (aiohttp.ClientError, TimeoutError) as why:
            raise Interrupted(f"the server at {socket} did not answer") from why

"""
How a command reaches the data: through the running server's socket, else by opening it.

The operation is the same either way.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from threadline.egress import local
from threadline.errors import Interrupted, Invalid, NotSent, Problem, ThreadlineError
from threadline.settings import Settings


class Told(ThreadlineError):
    """An error as the server told it: its own code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]


def call(settings: Settings, operation: str, /, **values: Any) -> Any:
    """The operation's result. Raises what it raised."""
    return asyncio.run(_call(settings, operation, values))


async def _call(settings: Settings, operation: str, values: dict[str, Any]) -> Any:
    if settings.socket.exists():
        try:
            if await _is_ours(settings):
                return await _ask(settings, operation, values)
        except NotSent:
            pass  # left behind by a server that was killed
    from threadline.app import open_app
    from threadline.operations import OPERATIONS

    app = await open_app(settings)
    try:
        return await OPERATIONS[operation](app, **values)
    finally:
        await app.close()


async def _is_ours(settings: Settings) -> bool:
    """Whether the server works on the database that was asked for, if one was."""
    if not settings.database_url:
        return True
    about = await _ask(settings, "about", {})
    return bool(about["database"] == settings.database_mark)


async def _ask(settings: Settings, operation: str, values: dict[str, Any]) -> Any:
    answer = await local.post(settings.socket, f"/{operation}", orjson.dumps(values))
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise Interrupted(
            f"The server at {settings.socket} failed ({answer.status}). Its log tells why."
        ) from None
    if answer.status == 200:
        return found
    if "problems" in found:
        raise Invalid([Problem(**one) for one in found["problems"]])
    raise Told(found["code"], found["message"])

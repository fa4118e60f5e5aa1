"""Does the errands of a flow: its HTTP requests, with their secrets, and its scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from threadline.bots.flow.errands import Answered, Errand, Failed, Outcome, Request, Sealed
from threadline.bots.flow.javascript.pool import Scripts
from threadline.egress import Client
from threadline.errors import AnswerTooLarge, Forbidden, RequestFailed
from threadline.model.srn import MENTIONED, Srn
from threadline.ports import Vault

MAX_ANSWER = 65_536
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Outside:
    """Of the bots of one organization; secrets of others are never revealed."""

    organization: str
    vault: Vault = field(repr=False)
    client: Client = field(repr=False)
    scripts: Scripts = field(repr=False)

    async def do(self, errand: Errand) -> Outcome:
        """Raises what the vault raises when it cannot give a secret that is there."""
        if isinstance(errand, Request):
            return await self._request(errand)
        return await self.scripts.run(errand)

    async def _request(self, wanted: Request) -> Outcome:
        try:
            headers = {name: await self._open(one) for name, one in wanted.headers.items()}
            body = await self._open_all(wanted.body)
        except ValueError as why:
            return Failed(str(why))
        for name, value in headers.items():
            if _CONTROL.search(value):
                return Failed(f"The header {name} would have a line break or the like in it.")
        if wanted.key and wanted.method != "GET":
            headers = {"Idempotency-Key": wanted.key, **headers}
        try:
            answer = await self.client.request(
                wanted.method,
                wanted.url,
                data=None if body is None else orjson.dumps(body),
                content_type=None if body is None else "application/json",
                headers={"Accept": "application/json, text/*", **headers},
                timeout=wanted.seconds,
                limit=MAX_ANSWER,
            )
        except (AnswerTooLarge, Forbidden) as why:
            return Failed(str(why))
        except RequestFailed as why:
            return Failed(str(why), again=True)
        return Answered(answer.status, dict(answer.headers), _read(answer.body))

    async def _open(self, text: str | Sealed) -> str:
        """With the values of its secrets. Raises `ValueError`, `SecretUnavailable`."""
        if isinstance(text, str):
            return text
        whole, at = "", 0
        for found in MENTIONED.finditer(text.text):
            whole += text.text[at : found.start()] + await self._reveal(found[1], found[2])
            at = found.end()
        return whole + text.text[at:]

    async def _reveal(self, name: str, part: str | None) -> str:
        if Srn.parse(name).organization != self.organization:
            raise ValueError(f"{name} belongs to another organization.")
        value = await self.vault.reveal(name)
        if part is not None and isinstance(value, Mapping):
            value = value.get(part, value)
        if isinstance(value, str):
            return value
        raise ValueError(
            f"{name} is a document: write {name}#NAME with the name of a text in it."
        )

    async def _open_all(self, value: Any) -> Any:
        match value:
            case Sealed():
                return await self._open(value)
            case Mapping():
                return {name: await self._open_all(one) for name, one in value.items()}
            case list():
                return [await self._open_all(one) for one in value]
        return value


def _read(body: bytes) -> Any:
    """JSON, or else a text."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")

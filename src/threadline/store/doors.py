"""What the API needs to remember: its keys, and requests that are not to be made twice."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from threadline.model.access import KeyRow, RequestRow, ordered
from threadline.model.clock import DAY, SECOND
from threadline.store.script import Moment, Ring, Row, Run, Script
from threadline.store.views import Asking

KEPT = DAY
"""How long an answer is given again to the same request."""
SLOWEST = 60 * SECOND
"""After so long a request that was begun and not ended has died with its server."""


def save_key(moment: Moment, items: Sequence[KeyRow]) -> Script:
    """A new one, or other times of one that is there."""
    for one in items:
        values = {name: getattr(one, name) for name in KeyRow.__slots__}
        yield Run("save_key", {**values, "scopes": " ".join(one.scopes)})
        if one.revoked_at:
            yield Ring("keys")
    return [True for _one in items]


def begin_request(moment: Moment, items: Sequence[RequestRow]) -> Script:
    """
    For each None: carry it out. Else the row of the same key that is there already.
    """
    results: list[Row | None] = []
    yield Run("forget_requests", {"before": moment.now - KEPT})
    for one in items:
        values = {"caller": one.caller, "key": one.key, "now": moment.now}
        new = {"fingerprint": one.fingerprint, "dead": moment.now - SLOWEST}
        begun = yield Run("begin_request", {**values, **new})
        if begun:
            results.append(None)
        else:
            found = yield Run("find_request", {"caller": one.caller, "key": one.key})
            under_way = {"fingerprint": one.fingerprint, "status": 0, "answer": ""}
            results.append(found[0] if found else under_way)  # it was dropped just now
    return results


def end_request(moment: Moment, items: Sequence[RequestRow]) -> Script:
    """Keep its answer; without one it may be made again."""
    for one in items:
        values = {"caller": one.caller, "key": one.key}
        if one.status:
            yield Run("end_request", {**values, "status": one.status, "answer": one.answer})
        else:
            yield Run("drop_request", values)
    return [True for _one in items]


class Doors(ABC):
    """Fulfils `ports.Doors`."""

    _asking: Asking

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def api_keys(self, organization: str) -> list[KeyRow]:
        found = await self._asking.ask(Run("api_keys", {"organization": organization}))
        return [_key(row) for row in found]

    async def api_key(self, hash: str) -> KeyRow | None:
        found = await self._asking.ask(Run("api_key", {"hash": hash}))
        return _key(found[0]) if found else None

    async def save_api_key(self, row: KeyRow) -> None:
        await self._do("save_key", [row])

    async def begin_request(self, caller: str, key: str, fingerprint: str) -> RequestRow | None:
        """None: carry it out. Else what is known of it; `status` 0 = it is under way."""
        [row] = await self._do("begin_request", [RequestRow(caller, key, fingerprint)])
        if row is None:
            return None
        return RequestRow(caller, key, row["fingerprint"], row["status"], row["answer"])

    async def end_request(self, caller: str, key: str, status: int, answer: str) -> None:
        """`status` 0: it came to nothing, and may be made again."""
        await self._do("end_request", [RequestRow(caller, key, "", status, answer)])


def _key(row: Row) -> KeyRow:
    values = {name: row[name] for name in KeyRow.__slots__}
    return KeyRow(**{**values, "scopes": ordered(row["scopes"].split())})

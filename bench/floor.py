"""
The least that any gateway of this kind has to do, for comparison: verify the signed form, keep
it, answer 200, make one request for the reply. Three durable commits a message, grouped.

No order, no retries, no sessions, no opt-outs, no timeline: what those cost is the difference.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import sqlite3
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import orjson
import uvicorn

TABLES = """
CREATE TABLE inbox (sid TEXT PRIMARY KEY, sender TEXT, ours TEXT, body TEXT, form TEXT,
    done INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE outbox (id INTEGER PRIMARY KEY, recipient TEXT, body TEXT, sid TEXT, status TEXT);
"""
KEEP = "INSERT INTO inbox (sid, sender, ours, body, form) VALUES (?, ?, ?, ?, ?)"
DONE = "UPDATE inbox SET done = 1 WHERE sid = ?"
ENQUEUE = "INSERT INTO outbox (recipient, body, status) VALUES (?, ?, 'sending') RETURNING id"
SENT = "UPDATE outbox SET sid = ?, status = 'sent' WHERE id = ?"
EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
HEADERS = [(b"content-type", b"text/xml"), (b"content-length", str(len(EMPTY)).encode())]

Statement = tuple[str, Sequence[Any]]


class Disk:
    """One writer thread; all that waits goes into one transaction."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(TABLES)
        self._thread = ThreadPoolExecutor(1)
        self._jobs: list[tuple[Sequence[Statement], asyncio.Future[Any]]] = []
        self._writing = False

    async def put(self, *statements: Statement) -> Any:
        """Durable when it returns; the first value of the last statement that has one."""
        done = asyncio.get_running_loop().create_future()
        self._jobs.append((statements, done))
        if not self._writing:
            self._writing = True
            asyncio.create_task(self._write())  # noqa: RUF006 (it lives as long as the jobs)
        return await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._jobs:
            jobs, self._jobs = self._jobs, []
            found = await loop.run_in_executor(self._thread, self._commit, jobs)
            for (_statements, done), value in zip(jobs, found, strict=True):
                done.set_result(value)
        self._writing = False

    def _commit(self, jobs: Sequence[tuple[Sequence[Statement], Any]]) -> list[Any]:
        self._db.execute("BEGIN IMMEDIATE")
        found = []
        for statements, _done in jobs:
            value = None
            for text, values in statements:
                value = (self._db.execute(text, values).fetchone() or (value,))[0]
            found.append(value)
        self._db.execute("COMMIT")
        return found


class Client:
    """All that the floor knows of the HTTP client, which is the one that Threadline uses."""

    def __init__(self, login: aiohttp.BasicAuth) -> None:
        self._headers = {
            "Authorization": login.encode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, form: bytes) -> bytes:
        """The body of the answer."""
        if self._session is None:  # it has to be made inside the loop
            connector = aiohttp.TCPConnector(limit=1000)
            self._session = aiohttp.ClientSession(connector=connector)
        async with self._session.post(url, data=form, headers=self._headers) as answer:
            return await answer.read()


class Floor:
    """`public` is the URL that was signed, `provider` the one to answer to."""

    def __init__(self, given: argparse.Namespace) -> None:
        self._public = given.public.encode()
        self._key = given.token.encode()
        self._url = f"{given.provider}/2010-04-01/Accounts/{given.account}/Messages.json"
        self._disk = Disk(given.database)
        self._client = Client(aiohttp.BasicAuth(given.account, given.token))
        self._turns: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        status = 200
        if scope["method"] == "POST":
            status = await self._take(scope, (await receive())["body"])
        await send({"type": "http.response.start", "status": status, "headers": HEADERS})
        await send({"type": "http.response.body", "body": EMPTY})

    async def _take(self, scope: Any, body: bytes) -> int:
        said = parse_qsl(body.decode(), keep_blank_values=True)
        signed = self._public + scope["raw_path"]
        signed += "".join(name + value for name, value in sorted(said)).encode()
        expected = b64encode(hmac.digest(self._key, signed, hashlib.sha1))
        if not hmac.compare_digest(
            expected, dict(scope["headers"]).get(b"x-twilio-signature", b"")
        ):
            return 403
        one = dict(said)
        row = (one["MessageSid"], one["From"], one["To"], one["Body"], body.decode())
        await self._disk.put((KEEP, row))
        turn = asyncio.create_task(self._answer(one))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        return 200

    async def _answer(self, one: dict[str, str]) -> None:
        echo = (one["From"], one["Body"])
        number = await self._disk.put((DONE, (one["MessageSid"],)), (ENQUEUE, echo))
        form = {
            "To": one["From"],
            "From": one["To"],
            "Body": one["Body"],
            "StatusCallback": f"{self._public.decode()}/status?m={number}",
        }
        answer = await self._client.post(self._url, urlencode(form).encode())
        sid = orjson.loads(answer)["sid"]
        await self._disk.put((SENT, (sid, number)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--port", "--public", "--provider", "--account", "--token", "--database"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    uvicorn.run(
        Floor(given),
        port=int(given.port),
        log_level="error",
        access_log=False,
        loop="uvloop",
        http="httptools",
        lifespan="off",
    )


if __name__ == "__main__":
    main()

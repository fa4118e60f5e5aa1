"""`threadline serve` as an operator runs it: a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.world import until
from threadline.egress import Egress
from threadline.errors import Busy, RequestFailed
from threadline.web.server import listen

QUICK = {
    "allow_networks": "127.0.0.0/8",
    "poll": "0.05",
    "lease": "2",
    "unknown": "0.4",
    "turn_retries": "0.1,0.2,0.5,1",
    "send_retries": "0.1,0.2,0.5,1",
}


PORTS = range(20_000, 32_000)
"""Below those that a system hands out by itself: nobody gets a node's while it is down."""


def free_port() -> int:
    """Another for each worker of the tests."""
    worker, workers = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]), 8
    while True:
        port = random.choice(PORTS[worker % workers :: workers])
        with suppress(Busy), listen("127.0.0.1", port):
            return port


@dataclass
class Node:
    """
    One server, started as often as somebody wants; its log is kept over all starts. `program`
    is what Python runs.
    """

    data: Path
    settings: Mapping[str, Any]
    port: int = field(default_factory=free_port)
    program: Sequence[str] = ("-m", "threadline")
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.data / "log").read_text("utf-8")

    @property
    def events(self) -> list[str]:
        """What it logged, by name."""
        return [json.loads(line)["event"] for line in self.log.splitlines()]

    async def start(self) -> None:
        """Returns at once; `ready` waits."""
        self.data.mkdir(parents=True, exist_ok=True)
        given = {**QUICK, "data": self.data, "port": self.port, **self.settings}
        environment = {f"THREADLINE_{name.upper()}": str(v) for name, v in given.items()}
        inherited = {n: v for n, v in os.environ.items() if not n.startswith("THREADLINE_")}
        with (self.data / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, *self.program, "serve"),
                env={**inherited, **environment},
                stdout=log,
                stderr=log,
            )

    async def ready(self, egress: Egress) -> None:
        """Returns once it would take a text."""

        async def status() -> int:
            assert self.process is not None
            assert self.process.returncode is None, self.log
            try:
                answer = await egress.provider.request("GET", f"{self.url}/readyz")
            except RequestFailed:
                return 0
            return answer.status

        assert 200 == await until(status, lambda found: found == 200), self.log

    async def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        await self.end(signal.SIGKILL)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.process.wait()


@asynccontextmanager
async def node(data: Path, egress: Egress, **settings: Any) -> AsyncIterator[Node]:
    """A server that takes texts; gone afterwards, whatever happens."""
    made = Node(data, settings)
    try:
        await made.start()
        await made.ready(egress)
        yield made
    finally:
        if made.process is not None and made.process.returncode is None:
            await made.kill()

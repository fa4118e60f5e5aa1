"""The programs that are measured: how they are set up, started and stopped."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from bench import cores, texts
from bench.options import Options, free_port

ROOT = Path(__file__).parent.parent
PREFIX = "threadline-bench-"
START = 60
STOP = 40
THREADLINE = (sys.executable, "-m", "threadline")
PACE = 10_000
FLOW = {
    "nodes": {
        "start": {"type": "Start", "next": "say"},
        "say": {"type": "Dialogue", "text": "${msg.payload.user.message}", "next": "wait"},
        "wait": {"type": "Input", "store": "last", "next": "say"},
    }
}


@dataclass(frozen=True, slots=True)
class Program:
    """
    `command` serves a data folder on a port. Each run is given a copy of the folder `data`,
    and inside `fresh` what else it needs, as variables. `beside` are the seconds of processor
    time that others, such as a database, have spent for it so far.
    """

    command: Callable[[Path, int], list[str]]
    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    nodes: int = 1
    fresh: Callable[[], AbstractContextManager[Mapping[str, str]]] = lambda: nullcontext({})
    beside: Callable[[], float] | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A process that serves."""

    port: int
    pid: int


def gateway(given: Options, endpoints: int = 1) -> Program:
    """Threadline on SQLite, with so many endpoints and an echo bot."""
    data = given.folder / f"endpoints-{endpoints}"
    environment = settings(given)
    if not data.exists():
        apply(data, given, endpoints, environment)
    return Program(serve, data, environment)


def serve(data: Path, port: int) -> list[str]:
    return [*THREADLINE, "serve", "--data", str(data), "--port", str(port)]


def settings(given: Options) -> dict[str, str]:
    """What Threadline is told by its environment."""
    return given.trust | {
        "THREADLINE_PUBLIC_URL": texts.PUBLIC,
        "THREADLINE_TWILIO_API_URL": given.provider,
        "THREADLINE_ALLOW_NETWORKS": "127.0.0.0/8",
    }


def apply(data: Path, given: Options, endpoints: int, environment: Mapping[str, str]) -> None:
    """Make the data folder, with everything on; `--bot http` asks the provider for echoes."""
    data.mkdir()
    echo: dict[str, Any] = {"Name": "echo", "Type": "flow", "Flow": FLOW}
    if given.bot == "http":
        echo = {"Name": "echo", "Type": "http", "Url": f"{given.provider}/bot"}
    document = {
        "Organization": "bench",
        "Secrets": [_secret(number) for number in range(endpoints)],
        "Bots": [echo],
        "Endpoints": [_endpoint(number) for number in range(endpoints)],
    }
    file = given.folder / f"{data.name}.json"
    file.write_text(json.dumps(document))
    subprocess.run(
        [*THREADLINE, "apply", str(file), "--data", str(data)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def _secret(number: int) -> dict[str, Any]:
    value = {
        "accountSid": texts.ACCOUNT,
        "authToken": texts.TOKEN,
        "phoneNumber": texts.ours(number),
    }
    return {"Name": f"keys-{number}", "Value": value}


def _endpoint(number: int) -> dict[str, Any]:
    srn = f"srn:vault::bench:secretdoc:keys-{number}"
    return {
        "Address": texts.address(number),
        "Name": f"Bench {number}",
        "Status": "online",
        "EngagementType": "TwilioSms",
        "EngagementConfig": {"Secret": srn, "MessagesPerSecond": PACE},
        "TargetBotReference": "echo",
    }


def floor(given: Options) -> Program:
    """The least that such a program has to do."""

    def command(data: Path, port: int) -> list[str]:
        return [*_bare("floor", given, port), "--database", str(data / "floor.db")]

    return Program(command, _empty(given), given.trust)


def null(given: Options) -> Program:
    """Nothing but the two requests: what the load itself is measured by."""
    return Program(lambda _data, port: _bare("null", given, port), _empty(given), given.trust)


def _bare(module: str, given: Options, port: int) -> list[str]:
    said = {
        "--port": str(port),
        "--public": texts.PUBLIC,
        "--provider": given.provider,
        "--account": texts.ACCOUNT,
        "--token": texts.TOKEN,
    }
    flags = [word for pair in said.items() for word in pair]
    return [sys.executable, "-m", f"bench.{module}", *flags]


def _empty(given: Options) -> Path:
    data = given.folder / "empty"
    data.mkdir(exist_ok=True)
    return data


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[list[Node]]:
    """The nodes, once they answer; ended afterwards. What they kept is gone."""
    processes: list[subprocess.Popen[bytes]] = []
    nodes: list[Node] = []
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name, program.fresh() as further:
        try:
            for number in range(program.nodes):
                folder, port = Path(name) / str(number), free_port()
                processes.append(_start(program, number, folder, port, further))
                nodes.append(Node(port, processes[-1].pid))
            for number, process in enumerate(processes):
                log = Path(name) / f"{number}.log"
                await asyncio.to_thread(_wait_for, nodes[number].port, process, log)
            yield nodes
        finally:  # in a thread: what they finish may need the provider in this one
            await asyncio.to_thread(_stop, processes)


def _start(
    program: Program, number: int, data: Path, port: int, further: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    shutil.copytree(program.data, data)
    os.sync()  # or the copy is written while the clock runs
    with data.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            program.command(data, port),
            stdout=log,
            stderr=log,
            env={**os.environ, **program.environment, **further},
            cwd=ROOT,
        )
    cores.keep_to(process.pid, cores.of_program(number))
    return process


def _stop(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    url, deadline = f"http://127.0.0.1:{port}/readyz", time.monotonic() + START
    while True:
        try:
            urlopen(url, timeout=2).close()
        except (URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"It did not start:\n{log.read_text('utf-8', 'replace')}")
            time.sleep(0.02)
        else:
            return

"""
How many texts a second go all the way round, beside the floor program: `make bench`.

The gateway (`threadline serve` on SQLite, as installed) and the floor run in turn, each as its
own process with an empty database. A text counts when its webhook was acknowledged and its
answer has arrived at the provider.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import uvloop
from bench import load

TICK = os.sysconf("SC_CLK_TCK")
START = 30
WARM = 1.0
MOST_A_SECOND = 8_000
SRN = "srn:vault::bench:secretdoc:keys"
FLOW = {
    "nodes": {
        "start": {"type": "Start", "next": "say"},
        "say": {"type": "Dialogue", "text": "${msg.payload.user.message}", "next": "wait"},
        "wait": {"type": "Input", "store": "last", "next": "say"},
    }
}
COLUMNS = (
    ("texts/s", "{:.0f}"),
    ("CPU µs/text", "{:.0f}"),
    ("ack p50 ms", "{:.1f}"),
    ("ack p99 ms", "{:.1f}"),
    ("whole p50 ms", "{:.1f}"),
    ("whole p99 ms", "{:.1f}"),
    ("RSS MB", "{:.0f}"),
    ("lost", "{:.0f}"),
)
Start = Callable[[Path, int, int], list[str]]


def gateway(bot: str) -> Start:
    """Apply an organization with an echo bot; the command that serves it."""

    def start(data: Path, port: int, provider: int) -> list[str]:
        echo: dict[str, Any] = {"Name": "echo", "Type": "flow", "Flow": FLOW}
        if bot == "http":
            echo = {"Name": "echo", "Type": "http", "Url": f"http://127.0.0.1:{provider}/bot"}
        value = {
            "accountSid": load.ACCOUNT,
            "authToken": load.TOKEN,
            "phoneNumber": load.NUMBER,
        }
        endpoint = {
            "Address": load.ADDRESS,
            "Name": "Bench",
            "Status": "online",
            "EngagementType": "TwilioSms",
            "EngagementConfig": {"Secret": SRN},
            "TargetBotReference": "echo",
        }
        document = {
            "Organization": "bench",
            "Secrets": [{"Name": "keys", "Value": value}],
            "Bots": [echo],
            "Endpoints": [endpoint],
        }
        os.environ["THREADLINE_PUBLIC_URL"] = load.PUBLIC
        os.environ["THREADLINE_TWILIO_API_URL"] = f"http://127.0.0.1:{provider}"
        os.environ["THREADLINE_ALLOW_NETWORKS"] = "127.0.0.0/8"
        threadline = [sys.executable, "-m", "threadline"]
        file = data / "bench.json"
        file.write_text(json.dumps(document))
        apply = [*threadline, "apply", str(file), "--data", str(data)]
        subprocess.run(apply, check=True, stdout=subprocess.DEVNULL)
        return [*threadline, "serve", "--data", str(data), "--port", str(port)]

    return start


def floor(data: Path, port: int, provider: int) -> list[str]:
    given = {
        "--port": port,
        "--public": load.PUBLIC,
        "--provider": f"http://127.0.0.1:{provider}",
        "--account": load.ACCOUNT,
        "--token": load.TOKEN,
        "--database": data / "floor.db",
    }
    pairs = itertools.chain.from_iterable(given.items())
    return [sys.executable, str(Path(__file__).parent / "floor.py"), *map(str, pairs)]


@contextmanager
def running(command: Sequence[str], data: Path, port: int) -> Any:
    """The process, once it answers; ended afterwards. It has the first core for itself."""
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        pin(process.pid, 0)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", process, data / "log")
            yield process
        finally:
            process.terminate()
            process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START
    while True:
        try:
            urlopen(url, timeout=2).close()
        except (URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"It did not start:\n{log.read_text('utf-8', 'replace')}")
            time.sleep(0.05)
        else:
            return


def pin(pid: int, core: int) -> None:
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(pid, {core})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])


def cpu(pid: int) -> float:
    """Seconds of processor time of all its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def rss(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def at(values: list[float], share: float) -> float:
    """A percentile, in milliseconds."""
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


async def measure(
    start: Start, texts: Sequence[load.Text], given: argparse.Namespace
) -> list[float]:
    """One run on an empty database: a figure for each of COLUMNS."""
    provider, provider_port, port = load.Provider(), free_port(), free_port()
    todo = iter(texts)
    with tempfile.TemporaryDirectory(prefix="threadline-bench-") as folder:
        data = Path(folder)
        async with load.serving(provider, provider_port):
            with running(start(data, port, provider_port), data, port) as process:
                await load.text_for(WARM, port, provider, todo, given.people)
                before, began = cpu(process.pid), time.perf_counter()
                seen = await load.text_for(given.seconds, port, provider, todo, given.people)
                took = time.perf_counter() - began
                used, memory = cpu(process.pid) - before, rss(process.pid)
    count = len(seen.wholes)
    if not count or next(todo, None) is None:
        sys.exit(f"{count} texts were answered; {seen.refused} refused, {seen.lost} lost.")
    return [
        *(count / took, used / count * 1e6),
        *(at(seen.acks, 0.5), at(seen.acks, 0.99)),
        *(at(seen.wholes, 0.5), at(seen.wholes, 0.99)),
        *(memory, seen.lost + seen.refused + provider.unexpected),
    ]


def show(name: str, figures: Sequence[float]) -> None:
    cells = [form.format(value) for (_, form), value in zip(COLUMNS, figures, strict=True)]
    widths = [len(title) for title, _ in COLUMNS]
    row = "  ".join(c.rjust(w) for c, w in zip(cells, widths, strict=True))
    print(f"{name:12}  {row}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of each run")
    parser.add_argument("--runs", type=int, default=3, help="of each program, in turn")
    parser.add_argument("--people", type=int, default=64, help="who text at the same time")
    parser.add_argument("--bot", choices=("flow", "http"), default="flow", help="what echoes")
    parser.add_argument("--quick", action="store_true", help="one run of two seconds")
    given = parser.parse_args()
    if given.quick:
        given.seconds, given.runs = 2, 1
    pin(os.getpid(), 1)
    texts = load.texts(int((given.seconds + WARM) * MOST_A_SECOND))
    programs: dict[str, Start] = {"threadline": gateway(given.bot), "floor": floor}
    figures: dict[str, list[list[float]]] = {name: [] for name in programs}
    print(" " * 14 + "  ".join(title for title, _ in COLUMNS))
    for _, (name, start) in itertools.product(range(given.runs), programs.items()):
        figures[name].append(uvloop.run(measure(start, texts, given)))
        show(name, figures[name][-1])
    middle = {
        name: [median(c) for c in zip(*runs, strict=True)] for name, runs in figures.items()
    }
    print(f"\nMedians of {given.runs}, {given.people} at the same time:")
    for name, figure in middle.items():
        show(name, figure)
    ours, least = middle["threadline"], middle["floor"]
    print(
        f"threadline / floor: {ours[0] / least[0]:.2f} of its texts a second, "
        f"{ours[1] / least[1]:.2f} times its processor time"
    )


if __name__ == "__main__":
    main()

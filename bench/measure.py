"""One run of one program under the load: a figure for every column."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import uvloop
from bench import cores, report
from bench.load import Crowd, Seen
from bench.options import Options
from bench.programs import Node, Program, running
from bench.provider import Provider, serving
from bench.report import Figures
from bench.texts import Text

WARM = 1.0
MOST_A_SECOND = 8_000


def texts_for(seconds: float, warm: float = WARM) -> int:
    """How many a run of so many seconds may need."""
    return int((seconds + warm) * MOST_A_SECOND)


def closed(
    program: Program,
    given: Options,
    texts: Sequence[Text],
    seconds: float | None = None,
    warm: float = WARM,
) -> Figures:
    """Everybody texts again once answered. Figures are of the seconds after warming up."""
    return uvloop.run(_run(program, given, texts, seconds or given.size.seconds, warm))


def at_rate(program: Program, given: Options, texts: Sequence[Text], rate: float) -> Figures:
    """So many texts a second, whatever the answers do; times count from when each was due."""
    return uvloop.run(_run(program, given, texts, given.size.seconds, WARM, rate))


async def _run(
    program: Program,
    given: Options,
    texts: Sequence[Text],
    seconds: float,
    warm: float,
    rate: float | None = None,
) -> Figures:
    provider = Provider()
    tls = given.tls.server() if given.tls else None
    async with serving(provider, given.provider_port, tls), running(program) as nodes:
        crowd = Crowd([node.port for node in nodes], iter(texts))
        provider.arrived = crowd.answered
        await crowd.connect(given.size.people)
        gc.freeze()  # the texts stay, so they need not be looked through
        texting = None
        if rate is None:
            crowd.begin(given.size.people)
        else:
            texting = asyncio.create_task(crowd.keep_rate(rate))
        await asyncio.sleep(warm)
        used = _Used(program, nodes)
        seen = crowd.seen = Seen()
        await asyncio.sleep(seconds)
        crowd.seen = Seen()
        figures = used.since(len(seen.wholes)) | _times(seen)
        figures["RSS MB"] = max(cores.resident(node.pid) for node in nodes)
        if texting is not None:
            texting.cancel()
            with suppress(asyncio.CancelledError):
                await texting
        left = await crowd.rest()
    gc.unfreeze()
    if crowd.ran_out or not seen.wholes:
        sys.exit(
            f"Of {len(texts)} texts {len(seen.wholes)} were answered in time, {left} never, "
            f"and {crowd.refused} were refused."
        )
    return figures | {"rate": rate or 0, "lost": crowd.refused + left + provider.twice}


class _Used:
    """Time and processor time from the moment on that this is made."""

    def __init__(self, program: Program, nodes: Sequence[Node]) -> None:
        self._program = program
        self._nodes = nodes
        self._began = self._now()

    def _now(self) -> tuple[float, float, float, float]:
        beside = self._program.beside
        return (
            time.perf_counter(),
            sum(cores.seconds(node.pid) for node in self._nodes),
            beside() if beside else 0.0,
            time.process_time(),
        )

    def since(self, count: int) -> dict[str, float]:
        """What `count` texts took."""
        pairs = zip(self._now(), self._began, strict=True)
        took, programs, beside, load = (now - then for now, then in pairs)
        return {
            "texts/s": count / took,
            "CPU µs/text": programs / max(count, 1) * 1e6,
            "database µs": beside / max(count, 1) * 1e6,
            "load %": load / took * 100,
        }


def _times(seen: Seen) -> dict[str, float]:
    return {
        "ack p50 ms": report.at(seen.acks, 0.5),
        "ack p99 ms": report.at(seen.acks, 0.99),
        "whole p50 ms": report.at(seen.wholes, 0.5),
        "whole p99 ms": report.at(seen.wholes, 0.99),
        "late p99 ms": report.at(seen.late, 0.99),
    }

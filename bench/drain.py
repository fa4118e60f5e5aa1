"""A backlog: texts that were acknowledged before the program starts, and all wait."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import uvloop
from bench import cores, programs, texts
from bench.options import Options
from bench.programs import Program, running
from bench.provider import Provider, serving
from bench.report import Figures, Finding, Outcome, Table

from threadline.app import now
from threadline.model.clock import MINUTE
from threadline.model.messages import Inbound
from threadline.store import open_store

COLUMNS = ("texts/s", "CPU µs/text", "RSS at 10 %", "peak", "at the end", "load %", "lost")
BATCH = 1_000
LOOK = 0.1
STALLED = 60
MOST_MB = 250


def run(given: Options) -> Outcome:
    """Threadline alone, once: the floor has no backlog, it forgets what it did not answer."""
    count = given.size.backlog
    table = Table(f"Drain, {count:,} texts wait", *COLUMNS)
    figures = uvloop.run(_drain(_filled(given), given, count))
    table.show("threadline", figures)
    peak, growth = figures["peak"], figures["peak"] / figures["RSS at 10 %"]
    return Outcome(
        [
            Finding("drain: texts/s", f"{figures['texts/s']:.0f}"),
            Finding("drain: peak RSS, MB", f"{peak:.0f}", f"< {MOST_MB}", peak < MOST_MB),
            Finding("drain: peak RSS / at 10 %", f"{growth:.2f}"),
        ],
        figures["lost"],
    )


def _filled(given: Options) -> Program:
    """Threadline with the texts in its inbox, put there by its own store."""
    empty = programs.gateway(given)
    data = given.folder / "backlog"
    shutil.copytree(empty.data, data)
    uvloop.run(_keep(data, given.size.backlog))
    return replace(empty, data=data)


async def _keep(data: Path, count: int) -> None:
    store = await open_store(f"sqlite:///{data}/threadline.db", now, MINUTE)
    [endpoint] = await store.endpoints()
    waiting = _inbound(count)
    while batch := list(itertools.islice(waiting, BATCH)):
        await store.keep(endpoint, batch)
    await store.close()


def _inbound(count: int) -> Iterator[Inbound]:
    """What the webhooks of the load are read as."""
    contacts = texts.contacts_for(count)
    for number in range(count):
        form = texts.form(number, contacts, endpoints=1)
        yield Inbound(
            provider_id=form["MessageSid"],
            contact=form["From"],
            ours=form["To"],
            sender=f"{texts.ACCOUNT}/{form['To']}",
            text=form["Body"],
            params=tuple(form.items()),
        )


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    count: int
    cpu: float
    load: float
    memory: float


async def _drain(program: Program, given: Options, count: int) -> Figures:
    provider = Provider()
    tls = given.tls.server() if given.tls else None
    samples: list[_Sample] = []
    async with serving(provider, given.provider_port, tls), running(program) as [node]:
        moved = time.perf_counter()
        while len(provider.seen) < count:
            sample = _look(node.pid, provider)
            if not samples or sample.count > samples[-1].count:
                moved = sample.at
            elif sample.at - moved > STALLED:
                break
            if sample.count:
                samples.append(sample)
            await asyncio.sleep(LOOK)
        samples.append(_look(node.pid, provider))
    if len(samples) < 2:
        sys.exit(f"{len(provider.seen)} of {count} texts were answered, too few to measure.")
    return _figures(samples, count - len(provider.seen) + provider.twice)


def _look(pid: int, provider: Provider) -> _Sample:
    return _Sample(
        time.perf_counter(),
        len(provider.seen),
        cores.seconds(pid),
        time.process_time(),
        cores.resident(pid),
    )


def _figures(samples: Sequence[_Sample], lost: int) -> Figures:
    """From the first sample with an answer on, so that the start is not counted. Pure."""
    first, last = samples[0], samples[-1]
    done, took = last.count - first.count, last.at - first.at
    tenth = next(one for one in samples if one.count >= last.count / 10)
    return {
        "texts/s": done / took,
        "CPU µs/text": (last.cpu - first.cpu) / done * 1e6,
        "RSS at 10 %": tenth.memory,
        "peak": max(one.memory for one in samples),
        "at the end": last.memory,
        "load %": (last.load - first.load) / took * 100,
        "lost": lost,
    }

"""Processes that run JavaScript, started when they are needed and killed when it takes long."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import sys
from collections import deque
from pathlib import Path
from typing import Any

import orjson

from threadline.bots.flow.errands import Failed, Outcome, Returned, Script

SECONDS = 5
"""Of the processor's time, as the domain's Function nodes have."""
GRACE = 3
"""Seconds more, until a process that does not answer is killed."""
MOST = 2
"""Processes at the same time; who comes later waits."""
CALLS = 1_000
"""After so many a process is replaced."""

_WORKER = str(Path(__file__).with_name("worker.py"))


class Scripts:
    """Runs scripts in other processes. May be used by many turns at the same time."""

    def __init__(self, most: int = MOST, seconds: float = SECONDS) -> None:
        self._room = asyncio.Semaphore(most)
        self._seconds = seconds
        self._idle: deque[_Process] = deque()
        self._closed = False

    async def run(self, script: Script) -> Outcome:
        """`Returned`, or `Failed` with a sentence. Never raises."""
        call = {
            "code": script.code,
            "expression": script.expression,
            "seconds": self._seconds,
            "given": script.names,
        }
        try:
            written = orjson.dumps(call)
        except orjson.JSONEncodeError:
            return Failed("What the code should get cannot be written as JSON.")
        async with self._room:
            return await self._run(written)

    async def _run(self, written: bytes) -> Outcome:
        process = None
        try:
            async with asyncio.timeout(self._seconds + GRACE):
                process = self._idle.pop() if self._idle else await _start()
                answer = await process.ask(written)
        except TimeoutError:
            return Failed("It took too long.")
        except (EOFError, OSError):
            return Failed("It used too much memory, or broke the engine.")
        else:
            if process.calls < CALLS and not self._closed:
                self._idle.append(process)
                process = None
        finally:
            if process is not None:
                await process.kill()
        if "failed" in answer:
            return Failed(answer["failed"])
        done = answer["done"]
        return Returned(tuple(done["sent"]), done["context"], tuple(done["logged"]))

    async def close(self) -> None:
        """What runs is let be until its time is over; nothing is kept afterwards."""
        self._closed = True
        while self._idle:
            await self._idle.pop().kill()


class _Process:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.calls = 0

    async def ask(self, written: bytes) -> dict[str, Any]:
        """Raises `EOFError` or `OSError` if it is gone."""
        came, goes = self._process.stdout, self._process.stdin
        assert came is not None
        assert goes is not None
        self.calls += 1
        goes.write(struct.pack("!I", len(written)) + written)
        await goes.drain()
        (size,) = struct.unpack("!I", await came.readexactly(4))
        answer: dict[str, Any] = orjson.loads(await came.readexactly(size))
        return answer

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()


async def _start() -> _Process:
    return _Process(
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", _WORKER),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
        )
    )

"""
Runs JavaScript that comes in on standard input, each call in an engine of its own.

A call is four bytes with its length and then JSON; so is the answer. The process has no
environment, no files to write and not much memory. It is run by `pool` as a file, outside of
the package, so that it starts quickly and has nothing of ours in its memory.
"""

from __future__ import annotations

import contextlib
import json
import resource
import struct
import sys
from pathlib import Path
from typing import Any

import quickjs

MEMORY = 32 * 1024 * 1024
STACK = 256 * 1024
PROCESS_MEMORY = 1024 * 1024 * 1024
MOST = 262_144
"""Characters of what a call may leave."""
TICKS = 1_000
"""Timers and promises that are waited for, at most."""


def run(prelude: str, call: dict[str, Any]) -> dict[str, Any]:
    """`{"done": …}`, or `{"failed": sentence}`."""
    engine = quickjs.Context()
    engine.set_memory_limit(MEMORY)
    engine.set_max_stack_size(STACK)
    engine.set_time_limit(call["seconds"])
    try:
        engine.set("__prelude", engine.eval(prelude)(json.dumps(call["given"])))
        verb, code = (
            ("evaluate", call["code"]) if call["expression"] else ("call", call["code"])
        )
        body = f"with (arguments[0]) {{ return (\n{code}\n); }}" if call["expression"] else code
        names = "" if call["expression"] else "msg, node, context, flow"
        engine.eval(f"__prelude.{verb}(function ({names}) {{\n{body}\n}})")
        _settle(engine)
        left = engine.eval("__prelude.left()")
    except quickjs.JSException as why:
        return {"failed": _sentence(str(why))}
    except MemoryError:
        return {"failed": "It used too much memory."}
    if len(left) > MOST:
        return {"failed": f"It left more than {MOST} characters."}
    return {"done": json.loads(left)}


def _settle(engine: Any) -> None:
    """Wait for promises and timers."""
    for _ in range(TICKS):
        if not engine.execute_pending_job() and not engine.eval("__prelude.tick()"):
            return
    raise quickjs.JSException(f"it set more than {TICKS} timers or promises")


def _sentence(why: str) -> str:
    first = why.strip().splitlines()[0] if why.strip() else "null"
    return {
        "InternalError: interrupted": "It took too long.",
        "InternalError: out of memory": "It used too much memory.",
        "null": "It used too much memory.",
    }.get(first, f"The code failed: {first[:300].rstrip('.')}.")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (PROCESS_MEMORY, PROCESS_MEMORY))
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(what, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    prelude = (Path(__file__).parent / "prelude.js").read_text()
    came, goes = sys.stdin.buffer, sys.stdout.buffer
    while len(size := came.read(4)) == 4:
        call = json.loads(came.read(struct.unpack("!I", size)[0]))
        answer = json.dumps(run(prelude, call)).encode()
        goes.write(struct.pack("!I", len(answer)) + answer)
        goes.flush()


if __name__ == "__main__":
    main()

"""
`threadline serve` with a fault planted in it: `python planted.py FAULT serve`.

Each is a mistake that programs of this kind are known for. The product is changed in this
process alone, so that the suite can be seen to notice.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from threadline.cli import main
from threadline.errors import Uncertain
from threadline.pipeline import inbox
from threadline.store import statements

LATER = 0.3
"""Seconds from the answer to the moment when the text is kept."""
FIRST = re.compile(r"AND NOT EXISTS \(.*?earlier\.seq < d\.seq\)", re.DOTALL)


def ack_before_commit() -> None:
    """The provider hears 200 at once, and the text is kept a moment later."""
    keep, keeping = inbox.accept, set[asyncio.Task[bool]]()

    async def keep_later(*given: Any) -> bool:
        await asyncio.sleep(LATER)
        return await keep(*given)

    async def accept(*given: Any) -> bool:
        task = asyncio.create_task(keep_later(*given))
        keeping.add(task)
        task.add_done_callback(keeping.discard)
        return True

    inbox.accept = accept


def blind_resend() -> None:
    """What may have been sent, after a time-out or a 500, is sent again without a look."""
    Uncertain.then = "retry"


def no_head_of_queue() -> None:
    """A text is sent although an earlier one of its conversation has not left yet."""
    known = statements.load("sqlite")
    assert isinstance(known, dict)
    for name in ("busy_senders", "due_drafts", "claim_outbox"):
        statement = known[name]
        text = FIRST.sub("", statement.text)
        text = text.replace("status = 'waiting'", "status IN ('waiting', 'held')")
        assert text != statement.text
        known[name] = replace(statement, text=text)


PLANTED: Mapping[str, Callable[[], None]] = {
    "ack_before_commit": ack_before_commit,
    "blind_resend": blind_resend,
    "no_head_of_queue": no_head_of_queue,
}

if __name__ == "__main__":
    PLANTED[sys.argv.pop(1)]()
    main()

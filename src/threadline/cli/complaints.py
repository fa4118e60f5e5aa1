"""What an error says on the command line: a line a problem, each with where it is explained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadline.errors import Interrupted, Invalid, NotSent, StoreDown, ThreadlineError

REFUSED, UNREACHABLE = 1, 3
OUT_OF_REACH = (StoreDown.code, NotSent.code, Interrupted.code)
PAGE = "/docs/errors"


def lines(why: ThreadlineError) -> Iterator[str]:
    """`code: path: message mend`, and at the end a link, or the command that explains it."""
    if isinstance(why, Invalid):
        for problem in why.problems:
            yield f"{problem} {explained(problem.code, why)}"
    else:
        yield f"{why.code}: {why} {explained(why.code, why)}"


def explained(code: str, why: Exception | None = None) -> str:
    """Where the code is explained: at the server that said it, if one did."""
    page = next(iter(getattr(why, "__notes__", ())), None)
    return f"(threadline explain {code})" if page is None else f"({page}#{code})"


def exit_code(why: ThreadlineError) -> int:
    return UNREACHABLE if why.code in OUT_OF_REACH else REFUSED


@contextmanager
def said_by(url: str) -> Iterator[None]:
    """What a server at this address refuses inside the block is explained there."""
    try:
        yield
    except ThreadlineError as why:
        if why.code not in OUT_OF_REACH:
            why.add_note(f"{url.rstrip('/')}{PAGE}")
        raise

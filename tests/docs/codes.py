"""The table of docs/reference/twilio-codes.md, as the code has it."""

from __future__ import annotations

from threadline.channels.twilio.codes import CODES, HOUR, Code

HEAD = """\
| code | what follows | after a status callback | what the operator reads |
|---|---|---|---|
"""
TIMES = {1: "once", 2: "twice", 3: "3 times"}


def table() -> str:
    return HEAD + "".join(
        f"| {code} | {one.then} | {again(one)} | {one.sentence} |\n"
        for code, one in sorted(CODES.items())
    )


def again(code: Code) -> str:
    """How often it is tried again, and after how long."""
    if not code.tries:
        return ""
    unit, name = next(
        (unit, name)
        for unit, name in ((HOUR, "h"), (60, "min"), (1, "s"))
        if code.wait >= 2 * unit
    )
    each = "each " if code.tries > 1 else ""
    return f"{TIMES[code.tries]}, {each}after {code.wait // unit} {name}"


def page(old: str) -> str:
    """The page with the table as it has to be."""
    return old[: old.index("| code |")] + table()

"""
The numbered steps that made the tables what they are; each is applied once, in order.

A step is a file `NNNN_what.sql` in this folder. One that was released is never changed.
"""

from __future__ import annotations

import re
from importlib import resources

from threadline.errors import Busy
from threadline.store.statements import Engine, translate

_FILE = re.compile(r"(\d{4})_\w+\.sql")
_COMMENT = re.compile(r"^\s*--.*\n", re.MULTILINE)

CREATE = (
    "CREATE TABLE IF NOT EXISTS migrations "
    "(number BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)"
)


def steps(engine: Engine) -> list[tuple[int, list[str]]]:
    """Every step's number and statements, in order."""
    found = []
    for file in resources.files(__name__).iterdir():
        if name := _FILE.fullmatch(file.name):
            text = translate(_COMMENT.sub("", file.read_text("utf-8")), engine)
            statements = [one.strip() for one in text.split(";") if one.strip()]
            found.append((int(name[1]), statements))
    return sorted(found)


def missing(engine: Engine, applied: set[int]) -> list[tuple[int, list[str]]]:
    """The steps still to be taken. Raises `Busy` if the database is ahead of this program."""
    known = steps(engine)
    ahead = applied - {number for number, _statements in known}
    if ahead:
        raise Busy(
            f"The database has step {max(ahead)}, which this version of Threadline does not "
            "know. Start the newer version that made it, or restore a backup from before."
        )
    return [step for step in known if step[0] not in applied]

"""
The reference pages, which come along with the program: docs/reference, where it is written.

`threadline explain` reads them out, and every server shows them under /docs.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

ROOT = files(__name__) / "reference"
ERRORS = "errors"
ENTRY = re.compile(r"^### (\w+)\n(.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


@cache
def names() -> tuple[str, ...]:
    """Of every page, by the alphabet."""
    found = (one.name for one in ROOT.iterdir())
    return tuple(sorted(one.removesuffix(".md") for one in found if one.endswith(".md")))


@cache
def text(name: str) -> str:
    """A page as Markdown. Raises `KeyError`."""
    if name not in names():
        raise KeyError(name)
    return (ROOT / f"{name}.md").read_text("utf-8")


@cache
def explanations() -> dict[str, str]:
    """What the page of errors says of each code."""
    return dict(ENTRY.findall(text(ERRORS)))

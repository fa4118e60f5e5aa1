"""What context variables may be called. Pure."""

from __future__ import annotations

import re

from threadline.bots.flow.told import short

RESERVED = "context endpointData msg true false nil null empty blank forloop".split()
"""These mean something else in a template."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def checked(name: str) -> str:
    """The name. Raises `ValueError` with a sentence."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{short(name)} cannot be the name of a context variable.")
    if name in RESERVED:
        raise ValueError(f"`{name}` means something else in a template.")
    return name

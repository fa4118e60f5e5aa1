"""An organization: a tenant. It owns everything else, and nothing crosses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.errors import Problem

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Organization:
    """
    `name` is the short code that stands in SRNs, such as `flowit`. `revision` is another one
    with every change of it and of its secrets, bots and endpoints.
    """

    name: str
    title: str = ""
    revision: int = field(default=0, compare=False)


def check(document: Mapping[str, Any], at: str = "") -> list[Problem]:
    """Pure."""
    name = document.get("Name")
    if isinstance(name, str) and NAME.fullmatch(name):
        return []
    mend = "Use 1 to 63 lower-case letters, digits and hyphens, as in `flowit`."
    return [Problem("name_invalid", f"{at}Name", f"{name!r} names no organization.", mend)]

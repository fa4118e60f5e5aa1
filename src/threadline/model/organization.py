"""An organization: a tenant. It owns everything else, and nothing crosses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.errors import Problem
from threadline.model import retention
from threadline.model.plain import clean

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Organization:
    """
    `name` is the short code that stands in SRNs, such as `flowit`. What was said is kept for
    `retention_days`; None = for good. `revision` is another one with every change of it and of
    its secrets, bots and endpoints.
    """

    name: str
    title: str = ""
    revision: int = field(default=0, compare=False)
    retention_days: int | None = None

    def fields(self) -> dict[str, Any]:
        """Those of its document that may be changed."""
        days = self.retention_days
        return {"Title": self.title, **({} if days is None else {"RetentionDays": days})}


def check(document: Mapping[str, Any], at: str = "") -> list[Problem]:
    """Pure."""
    name = document.get("Name")
    if isinstance(name, str) and NAME.fullmatch(name):
        return []
    mend = "Use 1 to 63 lower-case letters, digits and hyphens, as in `flowit`."
    return [Problem("name_invalid", f"{at}Name", f"{name!r} names no organization.", mend)]


def check_fields(document: Mapping[str, Any], at: str = "") -> list[Problem]:
    """Pure."""
    title, days = document.get("Title"), document.get("RetentionDays")
    found = []
    if not isinstance(title, str | None):
        found.append(
            Problem("field_invalid", f"{at}Title", "It has to be a text.", "Use quotes.")
        )
    elif title is not None and len(title) > LONGEST_TITLE:
        message = f"It is longer than {LONGEST_TITLE} characters."
        found.append(Problem("field_invalid", f"{at}Title", message, "Shorten it."))
    whole = isinstance(days, int) and not isinstance(days, bool)
    if days is not None and not (whole and retention.LEAST <= days <= retention.MOST):
        message = f"It has to be a number of days, from {retention.LEAST} to {retention.MOST}."
        mend = "Write a whole number; nothing (`null`) keeps what was said for good."
        found.append(Problem("field_invalid", f"{at}RetentionDays", message, mend))
    return found


def wanted(name: str, old: Organization | None, document: Mapping[str, Any]) -> Organization:
    """What a document that is right makes of it. What it leaves out stays. Pure."""
    before = old or Organization(name)
    title, days = document.get("Title"), document.get("RetentionDays", before.retention_days)
    return Organization(
        name,
        clean(title).strip() if isinstance(title, str) else before.title,
        before.revision,
        days if isinstance(days, int) else None,
    )

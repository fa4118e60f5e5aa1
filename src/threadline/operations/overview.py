"""How it all goes: is everything all right, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.model.clock import DAY, HOUR, iso
from threadline.model.resources.overview import Failure, HourOfTexts, Overview
from threadline.operations import organizations

MOST_HOURS = 31 * 24
COUNTED = ("received", "by_bot", "by_operator")
NO_REASON = "No reason was given."


async def show(app: App, *, organization: str | None, hours: int = 24) -> Overview:
    """
    The texts of so many hours, this one included, what failed in the last day and why, and
    what stands still. Raises `NotFound`, `Invalid`.
    """
    if not 1 <= hours <= MOST_HOURS:
        mend = f"Ask for 1 to {MOST_HOURS}."
        raise Invalid([Problem("hours_invalid", "hours", f"{hours} are too many.", mend)])
    owner = (await organizations.find(app, organization)).name
    now = app.clock()
    since = now // HOUR - hours + 1
    counted = filled(await app.store.tallies(owner, since), since, hours)
    failed = await app.store.failures(owner, now - DAY)
    stands = await app.store.standing(owner)
    return {
        "organization": owner,
        "at": iso(now),
        "hours": counted,
        "received": sum(one["received"] for one in counted),
        "sent": sum(one["by_bot"] + one["by_operator"] for one in counted),
        "failures": grouped(failed),
        "failed": len(failed),
        "parked": stands["parked"],
        "unknown": stands["unknown"],
        "queues": [
            {"endpoint": one["endpoint"], "texts": one["texts"], "oldest": iso(one["oldest"])}
            for one in await app.store.queues(owner)
        ],
        "flagged": stands["flagged"],
        "taken_over": stands["taken"],
    }


def filled(tallies: Iterable[Mapping[str, Any]], since: int, hours: int) -> list[HourOfTexts]:
    """Every hour from that one on, those without texts too, over all endpoints. Pure."""
    found: dict[int, Counter[str]] = {since + n: Counter() for n in range(hours)}
    for one in tallies:
        if one["hour"] in found:
            found[one["hour"]].update({name: one[name] for name in COUNTED})
    return [
        {
            "hour": iso(hour * HOUR),
            "received": one["received"],
            "by_bot": one["by_bot"],
            "by_operator": one["by_operator"],
        }
        for hour, one in found.items()
    ]


def grouped(failed: Iterable[Mapping[str, Any]]) -> list[Failure]:
    """By code, or by what was noted where there is none; the latest come first. Pure."""
    found: dict[str, Failure] = {}
    for one in failed:
        first: Failure = {
            "code": one["code"],
            "meaning": one["note"] or NO_REASON,
            "texts": 0,
            "last_at": iso(one["at"]),
        }
        found.setdefault(one["code"] or one["note"], first)["texts"] += 1
    return sorted(found.values(), key=lambda one: -one["texts"])

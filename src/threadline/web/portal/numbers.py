"""Numbers: every sender, how fast it goes, what it waits for, and pausing it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.operations import endpoints, senders
from threadline.web.portal.page import Act, Go, Page, Visit

KINDS = {"sending": "good", "catching up": "busy", "paused by hand": "warn"}
"""The colour of a state; any other is bad."""


async def show(visit: Visit) -> Mapping[str, Any]:
    found = await senders.list_(
        visit.app, organization=visit.organization, after=visit.query.get("after")
    )
    every = await endpoints.of(visit.app, visit.organization)
    named = {one.address: one for one in every}
    wanted = visit.query.get("pause")
    return {
        "pausing": next(
            (
                {"sender": one["sender"], "endpoint": wanted}
                for one in found["data"]
                if wanted in one["endpoints"]
            ),
            None,
        ),
        "senders": [  # a messenger sends as its endpoint, and has no number
            {
                **one,
                "endpoints": [
                    (address, named[address].name, named[address].online)
                    for address in one["endpoints"]
                ],
                "kind": KINDS.get(one["state"], "bad"),
            }
            for one in found["data"]
            if one["sender"] not in named
        ],
        "next": found["next"],
    }


async def pause(visit: Visit) -> Go:
    found = await senders.pause(
        visit.app,
        endpoint=visit.form.get("endpoint"),
        reason=visit.form.get("reason"),
        organization=visit.organization,
    )
    said = f"{found['sender']} is paused. What there is to send waits."
    return Go(visit.url("/numbers"), said)


async def resume(visit: Visit) -> Go:
    found = await senders.resume(
        visit.app, endpoint=visit.form.get("endpoint"), organization=visit.organization
    )
    return Go(said=f"{found['sender']} sends again.")


page = Page(
    "/numbers",
    "Numbers",
    "numbers.html",
    show,
    section="numbers",
    acts={"pause": Act("operator", pause), "resume": Act("operator", resume)},
    live=("list",),
)

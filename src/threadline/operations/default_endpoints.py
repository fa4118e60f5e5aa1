"""The endpoint that every bot gets when it is made, to try it on: `<organization>-<bot>`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from threadline.errors import Problem
from threadline.model.bot import NAME
from threadline.model.endpoint import ADDRESS, Endpoint
from threadline.operations.endpoints import BOTS, Wanted

LONGEST = 100
TYPE = "Web"


def address(organization: str, bot: str) -> str:
    """Pure."""
    return f"{organization}-{bot}"


def document(organization: str, bot: str) -> dict[str, Any]:
    """As a new bot gets it. Pure."""
    return {
        "Address": address(organization, bot),
        "Name": f"{bot} default endpoint",
        "Status": "online",
        "EngagementType": TYPE,
        **dict.fromkeys(BOTS, bot),
    }


def bot_of(endpoint: Endpoint) -> str | None:
    """
    The bot whose default endpoint this still is: by its address, on the web, and nobody else's.
    Pure.
    """
    bot = endpoint.target
    is_default = (
        endpoint.address == address(endpoint.organization, bot)
        and endpoint.engagement_type == TYPE
        and {endpoint.inbound_bot, endpoint.outbound_bot} == {bot}
    )
    return bot if is_default else None


def for_new(
    bots: Mapping[tuple[str, str], str],
    declared: Sequence[Wanted],
    stored: Mapping[str, Endpoint],
) -> tuple[list[Wanted], list[Problem]]:
    """
    Those of new bots, each with the path of its document; and why some cannot be. One that the
    organization declares or has at this address is left as it is. Pure.
    """
    owners = {one.address: one.organization for one in stored.values()}
    owners |= {one.address: one.organization for one in declared}
    there = {*owners}
    found: list[Wanted] = []
    problems: list[Problem] = []
    for (organization, bot), at in bots.items():
        where = address(organization, bot)
        if not organization or not NAME.fullmatch(bot):
            continue  # which is told already
        if not ADDRESS.fullmatch(where):
            message = f"The address of its default endpoint, {where}, would be too long."
            mend = f"Choose a name of at most {LONGEST - len(organization) - 1} characters."
            problems.append(Problem("name_too_long", f"{at}Name", message, mend))
        elif owners.setdefault(where, organization) != organization:
            message = f"The address of its default endpoint, {where}, is taken."
            mend = "Choose another name: addresses are unique over all organizations."
            problems.append(Problem("address_taken", f"{at}Name", message, mend))
        elif where not in there:
            found.append(Wanted(organization, document(organization, bot), ""))
    return found, problems

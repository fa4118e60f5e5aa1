"""threadline optout: list, add, remove, history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from threadline.cli.options import Address, Contact, Reason
from threadline.cli.reach import Reach, shared

commands = typer.Typer(help="Who does not want to be texted.", no_args_is_help=True)

SOURCES = {
    "keyword": "they texted",
    "OptOutType": "they texted, and Twilio confirmed",
    "revocation": "in their own words",
    "operator": "by an operator",
    "provider": "Twilio said so",
}
"""How it came about; anything else is the code of an error of Twilio's."""
CHANGES = {"stop": "off", "start": "on", "added": "off", "removed": "on"}
STILL_BLOCKED = (
    "If they texted STOP, Twilio blocks them too: then it refuses texts to them (21610) until "
    "they text START themselves."
)
NOBODY = "Nobody has opted out. `threadline optout add` takes somebody off by hand."


@commands.command("list")
@shared
def list_(
    reach: Reach,
    endpoint: Annotated[
        str | None,
        typer.Option("--endpoint", metavar="ADDRESS", help="Only of this endpoint's number."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 1000,
) -> None:
    """
    Who opted out, of which endpoints, since when and how.

    Example: threadline optout list --endpoint flowit-sms
    """
    page = reach.ask(lambda api: api.optouts.list(endpoint=endpoint, limit=limit))
    found = page["data"]
    lines = (
        f"{one['since']}  {one['contact']}  {', '.join(one['endpoints']) or '(no endpoint)'}  "
        f"{_how(one)}"
        for one in found
    )
    reach.tell(found, lines if found else [NOBODY], (one["contact"] for one in found))


@commands.command()
@shared
def add(reach: Reach, endpoint: Address, contact: Contact, reason: Reason) -> None:
    """
    Text somebody no more, and drop what waits for them.

    Example: threadline optout add flowit-sms +15550100001 --reason "asked by phone"
    """
    found = reach.ask(lambda api: api.optouts.add(endpoint, contact, reason=reason))
    reach.tell(found, _added(found))


@commands.command()
@shared
def remove(reach: Reach, endpoint: Address, contact: Contact, reason: Reason) -> None:
    """
    Let somebody be texted again. Do it only if they asked for it.

    Example: threadline optout remove flowit-sms +15550100001 --reason "asked by phone"
    """
    found = reach.ask(lambda api: api.optouts.remove(endpoint, contact, reason=reason))
    again = f"{found['contact']} may be texted again. They had opted out {_how(found)}."
    reach.tell(found, [again])
    reach.warn(STILL_BLOCKED)


@commands.command()
@shared
def history(reach: Reach, endpoint: Address, contact: Contact) -> None:
    """
    When somebody opted out and in again, and how.

    Example: threadline optout history flowit-sms +15550100001
    """
    found = reach.ask(lambda api: api.optouts.history(endpoint, contact))
    since = found["since"]
    now = f"is not texted since {since}" if since else "may be texted"
    changes = (
        f"{one['at']}  {CHANGES[one['what']]:>3}  {_how(one)}" for one in found["history"]
    )
    reach.tell(found, [*changes, f"{found['contact']} {now}."])


def _added(found: Mapping[str, Any]) -> Iterator[str]:
    if found["new"]:
        yield f"{found['contact']} is texted no more."
    else:
        yield f"{found['contact']} had opted out already, {found['since']}: {_how(found)}."
    yield f"{found['dropped']} texts that waited for them were dropped."


def _how(one: Mapping[str, Any]) -> str:
    source = SOURCES.get(one["source"], f"Twilio refused a text ({one['source']})")
    return f"{source}: {one['said']}" if one["said"] else source

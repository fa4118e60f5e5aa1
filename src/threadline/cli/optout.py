"""threadline optout: list, add, remove, history."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from threadline.cli.asking import ask, print_json
from threadline.cli.options import (
    Address,
    Contact,
    Data,
    DatabaseUrl,
    Json,
    Organization,
    Reason,
)

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


@commands.command("list")
def list_(
    org: Organization,
    endpoint: Annotated[
        str | None,
        typer.Option("--endpoint", metavar="ADDRESS", help="Only of this endpoint's number."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 1000,
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Who opted out, of which endpoints, since when and how.

    Example: threadline optout list --org flowit
    """
    said = {"organization": org, "endpoint": endpoint, "limit": limit}
    found = ask(data, database_url, "optout-list", **said)
    if as_json:
        print_json(found)
        return
    for one in found:
        users = ", ".join(one["endpoints"]) or "(no endpoint)"
        print(f"{one['since']}  {one['contact']}  {users}  {_how(one)}")
    if not found:
        print("Nobody has opted out. `threadline optout add` takes somebody off by hand.")


@commands.command()
def add(
    endpoint: Address,
    contact: Contact,
    reason: Reason,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Text somebody no more, and drop what waits for them.

    Example: threadline optout add flowit-sms +15550100001 --reason "asked by phone"
    """
    said = {"endpoint": endpoint, "contact": contact, "reason": reason}
    found = ask(data, database_url, "optout-add", **said)
    if found["new"]:
        print(f"{found['contact']} is texted no more.")
    else:
        print(f"{found['contact']} had opted out already, {found['since']}: {_how(found)}.")
    print(f"{found['dropped']} texts that waited for them were dropped.")


@commands.command()
def remove(
    endpoint: Address,
    contact: Contact,
    reason: Reason,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Let somebody be texted again. Do it only if they asked for it.

    Example: threadline optout remove flowit-sms +15550100001 --reason "asked by phone"
    """
    said = {"endpoint": endpoint, "contact": contact, "reason": reason}
    found = ask(data, database_url, "optout-remove", **said)
    print(f"{found['contact']} may be texted again. They had opted out {_how(found)}.")
    typer.echo(STILL_BLOCKED, err=True)


@commands.command()
def history(
    endpoint: Address,
    contact: Contact,
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    When somebody opted out and in again, and how.

    Example: threadline optout history flowit-sms +15550100001
    """
    said = {"endpoint": endpoint, "contact": contact}
    found = ask(data, database_url, "optout-history", **said)
    if as_json:
        print_json(found)
        return
    for one in found["history"]:
        print(f"{one['at']}  {CHANGES[one['what']]:>3}  {_how(one)}")
    since = found["since"]
    now = f"is not texted since {since}" if since else "may be texted"
    print(f"{found['contact']} {now}.")


def _how(one: dict[str, Any]) -> str:
    source = SOURCES.get(one["source"], f"Twilio refused a text ({one['source']})")
    return f"{source}: {one['said']}" if one["said"] else source

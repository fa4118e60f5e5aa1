"""threadline conversation: list, show, unflag."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from threadline.cli.asking import ask, print_json
from threadline.cli.options import Address, Contact, Data, DatabaseUrl, Json, Organization

commands = typer.Typer(help="What was said, and what became of it.", no_args_is_help=True)


@commands.command("list")
def list_(
    org: Organization,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Only those that somebody should look at.")
    ] = False,
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    The latest conversations of an organization.

    Example: threadline conversation list --org flowit --flagged
    """
    said = {"organization": org, "limit": limit, "flagged": flagged}
    found = ask(data, database_url, "conversation-list", **said)
    if as_json:
        print_json(found)
        return
    for one in found:
        print(f"{one['updated_at']}  {one['endpoint']}  {one['contact']}")
        if one["flagged"]:
            print(f"    {one['flagged']}")
    if not found:
        print("Nothing is flagged." if flagged else "Nobody has written yet.")


@commands.command()
def show(
    endpoint: Address,
    contact: Contact,
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Everything said between an endpoint and a contact, in order.

    Example: threadline conversation show myorganization-twiliosms +15550100001
    """
    said = {"endpoint": endpoint, "contact": contact}
    found = ask(data, database_url, "conversation-show", **said)
    if as_json:
        print_json(found)
        return
    for one in found["timeline"]:
        print(line(one))


@commands.command()
def unflag(
    endpoint: Address, contact: Contact, data: Data = None, database_url: DatabaseUrl = None
) -> None:
    """
    Take the flag off a conversation, once somebody has looked at it.

    Example: threadline conversation unflag flowit-sms +15550100001
    """
    said = {"endpoint": endpoint, "contact": contact}
    found = ask(data, database_url, "conversation-unflag", **said)
    for flag in found["flags"]:
        print(f"{found['contact']} is not flagged any longer. The flag was: {flag}")


def line(entry: dict[str, Any]) -> str:
    """One entry of the timeline as a line: when, who, what, and what became of it."""
    element = entry["element"]
    text = element.get("message") or element.get("text") or _other(element)
    status = f"  [{entry['status']}]" if entry["status"] else ""
    if entry["discarded"]:
        status = f"  [discarded: {entry['discarded']}]"
    return f"{entry['at'][11:19]}  {entry['author']:>7}  {text}{status}"


def _other(element: dict[str, Any]) -> str:
    match element:
        case {"type": "suggestions", "options": options}:
            return f"menu: {', '.join(option['title'] for option in options)}"
        case {"type": "media", "url": url}:
            return f"file: {url}"
        case {"type": "goal", "name": name}:
            return f"goal reached: {name}"
        case {"type": "message"}:
            return "(no words)"
        case _:
            rest = {name: value for name, value in element.items() if name != "type"}
            return f"{element['type']}: {json.dumps(rest, ensure_ascii=False)}"

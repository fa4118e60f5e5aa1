"""threadline conversation: who wrote, and what was said."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from threadline.cli.options import Address, Data, DatabaseUrl, Json, Organization

commands = typer.Typer(help="What was said, and what became of it.", no_args_is_help=True)


@commands.command("list")
def list_(
    org: Organization,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """The latest conversations of an organization."""
    from threadline.cli.reach import call
    from threadline.settings import Settings

    settings = Settings.read(data=data, database_url=database_url)
    found = call(settings, "conversation-list", organization=org, limit=limit)
    for one in found:
        print(f"{one['updated_at']}  {one['endpoint']}  {one['contact']}")
    if not found:
        print("Nobody has written yet.")


@commands.command()
def show(
    endpoint: Address,
    contact: Annotated[
        str, typer.Argument(metavar="CONTACT", help="Who wrote, such as +15550100001.")
    ],
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Everything said between an endpoint and a contact, in order.

    Example: threadline conversation show myorganization-twiliosms +15550100001
    """
    from threadline.cli.reach import call
    from threadline.settings import Settings

    settings = Settings.read(data=data, database_url=database_url)
    found = call(settings, "conversation-show", endpoint=endpoint, contact=contact)
    if as_json:
        import orjson

        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    for one in found["timeline"]:
        print(line(one))


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

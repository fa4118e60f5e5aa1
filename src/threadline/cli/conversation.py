"""threadline conversation: list, show, follow, end, unflag."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.options import Address, Contact
from threadline.cli.reach import Reach, shared

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline
    from threadline.errors import ThreadlineError
    from threadline.model.resources.events import Event

commands = typer.Typer(help="What was said, and what became of it.", no_args_is_help=True)

OfEndpoint = Annotated[
    str | None, typer.Option("--endpoint", metavar="ADDRESS", help="Only of this endpoint.")
]


@commands.command("list")
@shared
def list_(
    reach: Reach,
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Only those that somebody should look at.")
    ] = False,
    endpoint: OfEndpoint = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
) -> None:
    """
    The latest conversations.

    Example: threadline conversation list --flagged
    """
    which: dict[str, Any] = {"flagged": flagged, "endpoint": endpoint, "limit": limit}
    found = reach.ask(lambda api: api.conversations.list(**which))["data"]
    lines = []
    for one in found:
        lines.append(f"{one['updated_at']}  {one['endpoint']}  {one['contact']}")
        if one["flagged"]:
            lines.append(f"    {one['flagged']}")
    if not found:
        lines.append("Nothing is flagged." if flagged else "Nobody has written yet.")
    reach.tell(found, lines, (f"{one['endpoint']} {one['contact']}" for one in found))


@commands.command()
@shared
def show(reach: Reach, endpoint: Address, contact: Contact) -> None:
    """
    Everything said between an endpoint and a contact, in order.

    Example: threadline conversation show myorganization-twiliosms +15550100001
    """

    async def whole(api: AsyncThreadline) -> dict[str, list[Any]]:
        pair = {"endpoint": endpoint, "contact": contact}
        said, tried = api.conversations.timeline, api.conversations.attempts
        timeline = [one async for one in api.each(said, **pair)]
        return {
            "timeline": timeline,
            "attempts": [one async for one in api.each(tried, **pair)],
        }

    found = reach.ask(whole)
    reach.tell(found, (line(one) for one in found["timeline"]))


@commands.command()
@shared
def follow(
    reach: Reach,
    endpoint: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="Only of this endpoint.")
    ] = None,
    contact: Annotated[
        str | None, typer.Argument(metavar="[CONTACT]", help="Only of this contact.")
    ] = None,
    after: Annotated[
        str | None,
        typer.Option(
            "--after", metavar="ID", help="Go on after this event; start = from the first."
        ),
    ] = None,
) -> None:
    """
    What is said, as it is said, until Ctrl-C. It needs a server that runs.

    Example: threadline conversation follow myorganization-twiliosms
    """

    def cut(why: ThreadlineError) -> None:
        reach.warn(f"The connection was cut ({why.code}), and is made again.")

    async def run(api: AsyncThreadline) -> None:
        events = api.events(after=after, endpoint=endpoint, contact=contact, cut=cut)
        async with aclosing(events):
            async for one in events:
                print(told(one), flush=True)

    def told(one: Event) -> str:
        if reach.as_json:
            return json.dumps(one)
        if reach.quiet:
            return one["id"]
        return f"{one['endpoint']}  {one['contact']}  {line(one)}"

    reach.ask(run, served=True)


@commands.command()
@shared
def end(reach: Reach, endpoint: Address, contact: Contact) -> None:
    """
    End the session: the contact's next text begins a new one. What waits is still sent.

    Example: threadline conversation end flowit-sms +15550100001
    """
    found = reach.ask(lambda api: api.conversations.end(endpoint, contact))
    ended = f"The session of {found['contact']} has ended: their next text begins a new one."
    reach.tell(found, [ended])


@commands.command()
@shared
def unflag(reach: Reach, endpoint: Address, contact: Contact) -> None:
    """
    Take the flag off a conversation, once somebody has looked at it.

    Example: threadline conversation unflag flowit-sms +15550100001
    """
    found = reach.ask(lambda api: api.conversations.unflag(endpoint, contact))
    lines = (
        f"{found['contact']} is not flagged any longer. The flag was: {flag}"
        for flag in found["flags"]
    )
    reach.tell(found, lines)


def line(entry: Mapping[str, Any]) -> str:
    """An entry of the timeline as a line: when, who, what, and what became of it by now."""
    element = entry["element"]
    text = element.get("message") or element.get("text") or _other(element)
    status = f"  [{entry['status']}]" if entry.get("status") else ""
    if entry["discarded"]:
        status = f"  [discarded: {entry['discarded']}]"
    return f"{entry['at'][11:19]}  {entry['author']:>7}  {text}{status}"


def _other(element: Mapping[str, Any]) -> str:
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

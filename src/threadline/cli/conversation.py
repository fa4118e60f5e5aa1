"""threadline conversation: list, show, follow, end, unflag. More of it is in `cli.desk`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.options import Address, Contact
from threadline.cli.reach import Reach, shared
from threadline.model.wording import told

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline
    from threadline.errors import ThreadlineError
    from threadline.model.resources.conversations import ConversationFilters
    from threadline.model.resources.events import Event

GLIMPSE = 80
"""Letters of a text that are shown in the list."""

NOTHING = {"": "Nobody has written yet.", "flagged": "Nothing is flagged."}
NOTHING_SO = "There is no such conversation. Leave something out to see more."

commands = typer.Typer(help="What was said, and what became of it.", no_args_is_help=True)

OfEndpoint = Annotated[
    str | None, typer.Option("--endpoint", metavar="ADDRESS", help="Only of this endpoint.")
]


@commands.command("list")
@shared
def list_(
    reach: Reach,
    number: Annotated[
        str | None,
        typer.Option(
            help="Only of this contact: all of the number, +1555, or its last digits."
        ),
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="Only where these words stand in one message.")
    ] = None,
    bot: Annotated[str | None, typer.Option(help="Only those that this bot answered.")] = None,
    endpoint: OfEndpoint = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY|TIME", help="Only of then or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY|TIME", help="Only of that day or earlier.")
    ] = None,
    open: Annotated[
        bool, typer.Option("--open", help="Only those with an open session.")
    ] = False,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those with texts that wait for the bot.")
    ] = False,
    taken_over: Annotated[
        bool, typer.Option("--taken-over", help="Only those that an operator has taken over.")
    ] = False,
    opted_out: Annotated[
        bool, typer.Option("--opted-out", help="Only of contacts who have opted out.")
    ] = False,
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Only those that somebody should look at.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only with texts that failed or were put aside.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
) -> None:
    """
    The latest conversations, or those for which all holds that is given.

    Example: threadline conversation list --text invoice --failed
    """
    which: ConversationFilters = {
        "number": number,
        "text": text,
        "bot": bot,
        "endpoint": endpoint,
        "since": since,
        "until": until,
        "open": open,
        "waiting": waiting,
        "taken_over": taken_over,
        "opted_out": opted_out,
        "flagged": flagged,
        "failed": failed,
    }
    found = reach.ask(lambda api: api.conversations.list(limit=limit, **which))["data"]
    lines = [line for one in found for line in _found(one)]
    if not found:
        asked = [name for name, value in which.items() if value]
        lines = [NOTHING.get(" ".join(asked), NOTHING_SO)]
    reach.tell(found, lines, (f"{one['endpoint']} {one['contact']}" for one in found))


def _found(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['updated_at']}  {one['endpoint']}  {one['contact']}"
    said = one["matched"] or one["last_text"]
    if said:
        yield f"    {' '.join(said.split())[:GLIMPSE]}"
    if one["flagged"]:
        yield f"    flagged: {one['flagged']}"


@commands.command()
@shared
def show(
    reach: Reach,
    endpoint: Address,
    contact: Contact,
    last: Annotated[
        int | None, typer.Option("--last", min=1, max=1000, help="Only so many, the latest.")
    ] = None,
) -> None:
    """
    Everything said between an endpoint and a contact, in order.

    Example: threadline conversation show myorganization-twiliosms +15550100001
    """
    if last:
        page = reach.ask(lambda api: api.conversations.latest(endpoint, contact, limit=last))
        latest = page["data"][::-1]
        reach.tell({"timeline": latest}, (line(one) for one in latest))
        return

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
    return f"{entry['at'][11:19]}  {entry['author']:>8}  {text}{status}"


def _other(element: Mapping[str, Any]) -> str:
    match element:
        case {"type": "media", "url": url}:
            return f"file: {url}"
        case {"type": "goal", "name": name}:
            return f"goal reached: {name}"
        case {"type": "message"}:
            return "(no words)"
        case {"type": "redacted", "by": by}:
            return f"redacted by {by}"
        case _:
            rest = {name: value for name, value in element.items() if name != "type"}
            words = told(element) or json.dumps(rest, ensure_ascii=False)
            return f"{element['type']}: {words}"

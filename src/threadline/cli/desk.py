"""threadline conversation, what an operator does: state, take-over, reply, redact, export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.conversation import commands
from threadline.cli.options import Address, Contact
from threadline.cli.reach import Reach, shared

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline


__all__ = ["commands"]


class Form(StrEnum):
    """What an export can be."""

    json = "json"
    csv = "csv"
    yaml = "yaml"


@commands.command()
@shared
def state(reach: Reach, endpoint: Address, contact: Contact) -> None:
    """
    Where the bot stands with a contact, who answers, and whether they may be texted.

    Example: threadline conversation state flowit-sms +15550100001
    """
    found = reach.ask(lambda api: api.conversations.state(endpoint, contact))["data"]
    reach.tell(found, (line for one in found for line in _state(one)))


@commands.command("take-over")
@shared
def take_over(reach: Reach, endpoint: Address, contact: Contact) -> None:
    """
    Answer in the bot's place: it is not asked until the conversation is handed back.

    Example: threadline conversation take-over flowit-sms +15550100001
    """
    found = reach.ask(lambda api: api.conversations.take_over(endpoint, contact))
    told = (
        f"The bot is not asked about {found['contact']} until you hand the conversation back."
    )
    reach.tell(found, [told])


@commands.command("hand-back")
@shared
def hand_back(reach: Reach, endpoint: Address, contact: Contact) -> None:
    """
    Let the contact's next text go to the bot again.

    Example: threadline conversation hand-back flowit-sms +15550100001
    """
    found = reach.ask(lambda api: api.conversations.hand_back(endpoint, contact))
    reach.tell(found, [f"The next text of {found['contact']} goes to the bot."])


@commands.command()
@shared
def reply(
    reach: Reach,
    endpoint: Address,
    contact: Contact,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What they are to read.")],
    take_over: Annotated[
        bool, typer.Option("--take-over", help="The bot is not asked from now on.")
    ] = False,
) -> None:
    """
    Say something in the bot's place. It is sent like what a bot says.

    Example: threadline conversation reply flowit-sms +15550100001 "We are open from 9 to 5."
    """
    found = reach.ask(
        lambda api: api.conversations.reply(endpoint, contact, text, take_over=take_over)
    )
    how = f"texts: {len(found['messages'])}, segments: {found['segments']}"
    reach.tell(found, [f"It goes to {found['contact']} ({how})."], found["messages"])
    for one in found["warnings"]:
        reach.warn(one)


@commands.command()
@shared
def redact(reach: Reach, endpoint: Address, contact: Contact) -> None:
    """
    Take all that was said away for good, and what the bot knows of the contact.

    What they said about being texted stays in the record of opt-outs, as its proof. Backups
    that were made before still have all of it.

    Example: threadline conversation redact flowit-sms +15550100001
    """
    found = reach.ask(lambda api: api.conversations.redact(endpoint, contact))
    told = f"Of what was said with {found['contact']} nothing is left but that it was said."
    reach.tell(found, [told])


@commands.command()
@shared
def export(
    reach: Reach,
    endpoint: Address,
    contact: Contact,
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            help="json, csv with a line for each entry, or yaml to test the bot with.",
        ),
    ] = Form.json,
) -> None:
    """
    All that was said in one file, with every try to send it. As YAML it is a conversation that
    `threadline bot test` holds the bot to.

    Example: threadline conversation export flowit-sms +15550100001 --format csv > ann.csv
    """

    async def run(api: AsyncThreadline) -> None:
        async for piece in api.conversations.export(endpoint, contact, format=form.value):
            print(piece, end="")

    reach.ask(run)


def _state(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['contact']} at {one['endpoint']} ({one['address']})"
    wanted = one["taken_by"] == "handover"
    who = "nobody yet; the bot wants a person" if wanted else one["taken_by"] or one["bot"]
    yield f"    answers: {who or 'the bot, once they text'}"
    if one["session"]:
        session = "open" if one["session_open"] else "ended"
        yield f"    session {one['session']}: {session}, began {one['session_began_at']}"
    if one["opted_out_since"]:
        yield f"    opted out since {one['opted_out_since']}"
    if one["flagged"]:
        yield f"    flagged: {one['flagged']}"
    if one["context"]:
        import orjson

        yield f"    context: {orjson.dumps(one['context']).decode()}"

"""threadline message: list, retry, discard, redact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from textwrap import shorten
from typing import Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

commands = typer.Typer(help="Single texts that went no further.", no_args_is_help=True)

Id = Annotated[
    str, typer.Argument(metavar="ID", help="The text's name in the list, such as 12-7.")
]


class State(StrEnum):
    """What can be asked for."""

    parked = "parked"
    failed = "failed"
    unknown = "unknown"
    waiting = "waiting"


EMPTY = {
    State.parked: "Nothing is parked. `--state failed` lists what could not be sent.",
    State.failed: "No text has failed.",
    State.unknown: "Of every text it is known whether it was sent.",
    State.waiting: "Nothing waits.",
}


@commands.command("list")
@shared
def list_(
    reach: Reach,
    state: Annotated[
        State, typer.Option("--state", help="parked, failed, unknown or waiting.")
    ] = State.parked,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
) -> None:
    """
    Texts that wait for somebody to decide, from contacts and to them.

    Example: threadline message list --state failed
    """
    found = reach.ask(lambda api: api.messages.list(state=state.value, limit=limit))["data"]
    lines = _lines(found) if found else [EMPTY[state]]
    reach.tell(found, lines, (one["id"] for one in found))


@commands.command()
@shared
def retry(reach: Reach, id: Id) -> None:
    """
    Try a text again, now: ask the bot once more, or send it once more.

    Example: threadline message retry 12-7
    """
    found = reach.ask(lambda api: api.messages.retry(id))
    what = "goes after an earlier one" if found["status"] == "held" else "is tried again"
    _tell(reach, found, what)


@commands.command()
@shared
def discard(reach: Reach, id: Id) -> None:
    """
    Give a text up, so that what follows it can go on.

    Example: threadline message discard 12-7
    """
    _tell(reach, reach.ask(lambda api: api.messages.discard(id)), "is discarded")


@commands.command()
@shared
def redact(reach: Reach, id: Id) -> None:
    """
    Take a text's words and files away for good, with the notes that quote it.

    Backups that were made before still have them.

    Example: threadline message redact 12-7
    """
    found = reach.ask(lambda api: api.messages.redact(id))
    names = ", ".join(found["messages"])
    told = f"Of {names} nothing is left but that it was said." if names else "It was before."
    reach.tell(found, [told], found["messages"])


def _lines(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in found:
        way = "from" if one["author"] == "contact" else "to"
        about = f"{one['endpoint']}  {way} {one['contact']}  {one['status']}"
        yield f"{one['id']}  {one['at']}  {about}"
        yield f"    {_words(one)}"
        if one["why"]:
            yield f"    {one['why']}"


def _tell(reach: Reach, found: Mapping[str, Any], what: str) -> None:
    reach.tell(found, [f"{found['id']} {what}: {_words(found)}"], [found["id"]])
    for one in found["warnings"]:
        reach.warn(one)


def _words(one: Mapping[str, Any]) -> str:
    return shorten(one["text"], 70, placeholder=" …") or "(no words)"

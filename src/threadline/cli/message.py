"""threadline message: list, retry, discard."""

from __future__ import annotations

from enum import StrEnum
from textwrap import shorten
from typing import Annotated, Any

import typer

from threadline.cli.asking import ask, print_json
from threadline.cli.options import Data, DatabaseUrl, Json, Organization

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
def list_(
    org: Organization,
    state: Annotated[
        State, typer.Option("--state", help="parked, failed, unknown or waiting.")
    ] = State.parked,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Texts that wait for somebody to decide, from contacts and to them.

    Example: threadline message list --org flowit --state failed
    """
    said = {"organization": org, "state": state.value, "limit": limit}
    found = ask(data, database_url, "message-list", **said)
    if as_json:
        print_json(found)
        return
    for one in found:
        way = "from" if one["author"] == "contact" else "to"
        about = f"{one['endpoint']}  {way} {one['contact']}  {one['status']}"
        print(f"{one['id']}  {one['at']}  {about}")
        print(f"    {_words(one)}")
        if one["why"]:
            print(f"    {one['why']}")
    if not found:
        print(EMPTY[state])


@commands.command()
def retry(
    id: Id, org: Organization, data: Data = None, database_url: DatabaseUrl = None
) -> None:
    """
    Try a text again, now: ask the bot once more, or send it once more.

    Example: threadline message retry 12-7 --org flowit
    """
    found = ask(data, database_url, "message-retry", organization=org, id=id)
    what = "goes after an earlier one" if found["status"] == "held" else "is tried again"
    print(f"{id} {what}: {_words(found)}")
    _warn(found)


@commands.command()
def discard(
    id: Id, org: Organization, data: Data = None, database_url: DatabaseUrl = None
) -> None:
    """
    Give a text up, so that what follows it can go on.

    Example: threadline message discard 12-7 --org flowit
    """
    found = ask(data, database_url, "message-discard", organization=org, id=id)
    print(f"{id} is discarded: {_words(found)}")
    _warn(found)


def _words(one: dict[str, Any]) -> str:
    return shorten(one["text"], 70, placeholder=" …") or "(no words)"


def _warn(found: dict[str, Any]) -> None:
    for one in found["warnings"]:
        typer.echo(one, err=True)

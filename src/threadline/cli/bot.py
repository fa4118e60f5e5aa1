"""threadline bot: list, describe, create, replace, run, pause, stop, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.changing import File, name_in, send
from threadline.cli.reach import Reach, shared

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline

commands = typer.Typer(help="What answers.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The bot's name.")]
NONE_YET = "There is no bot yet. `threadline bot create FILE` makes one."


@commands.command("list")
@shared
def list_(
    reach: Reach,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 1000,
) -> None:
    """
    Every bot, with its type, its state and how often it was changed.

    Example: threadline bot list
    """
    found = reach.ask(lambda api: api.bots.list(limit=limit))["data"]
    reach.tell(found, map(_line, found) if found else [NONE_YET], map(_name, found))


@commands.command()
@shared
def describe(reach: Reach, name: Name) -> None:
    """
    A bot's JSON as it was given, with its State and its Version.

    Example: threadline bot describe MySmsBot
    """
    import orjson

    found = reach.ask(lambda api: api.bots.describe(name))
    reach.tell(found, [orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()], [name])


@commands.command()
@shared
def create(reach: Reach, file: File) -> None:
    """
    A new bot, made of a file such as these.

    \b
    Name: MySmsBot
    Type: flow
    Flow:
      nodes:
        start: {type: Start, next: ask}
        ask: {type: Input, text: "Hello! What is your name?", store: name, next: greet}
        greet: {type: Dialogue, text: "Nice to meet you, ${name}.", next: end}
        end: {type: End}

    \b
    Name: MySmsBot
    Type: http
    Url: https://bot.example.com/chat

    The first is a bot by itself, the second asks a program of yours. It needs an endpoint to be
    texted: `threadline endpoint create --help`.

    Example: threadline bot create tea.yaml
    """
    found = send(reach, file, lambda api, document: api.bots.create(document))
    reach.tell(found, [_line(found)], [_name(found)])


@commands.command()
@shared
def replace(reach: Reach, file: File) -> None:
    """
    Another document for the bot that is named in the file.

    Example: threadline bot replace tea.yaml
    """

    async def put(api: AsyncThreadline, document: Any) -> Any:
        return await api.bots.replace(name_in(document, "Name"), document)

    found = send(reach, file, put)
    reach.tell(found, [_line(found)], [_name(found)])


@commands.command()
@shared
def run(reach: Reach, name: Name) -> None:
    """
    Let it answer again, also the texts that waited.

    Example: threadline bot run MySmsBot
    """
    _set(reach, name, "RUNNING")


@commands.command()
@shared
def pause(reach: Reach, name: Name) -> None:
    """
    Let texts wait for it.

    Example: threadline bot pause MySmsBot
    """
    _set(reach, name, "PAUSED")


@commands.command()
@shared
def stop(reach: Reach, name: Name) -> None:
    """
    Let texts wait for it, for good as far as you know.

    Example: threadline bot stop MySmsBot
    """
    _set(reach, name, "STOPPED")


@commands.command()
@shared
def delete(reach: Reach, name: Name) -> None:
    """
    Delete a bot that no endpoint names.

    Example: threadline bot delete MySmsBot
    """
    found = reach.ask(lambda api: api.bots.delete(name))
    reach.tell(found, [f"{name} is deleted."], [name])


def _set(reach: Reach, name: str, state: str) -> None:
    found = reach.ask(lambda api: api.bots.change(name, {"State": state}))
    reach.tell(found, [_line(found)], [name])


def _line(one: Mapping[str, Any]) -> str:
    return f"{one['Name']}  {one['Type']}  {one['State']}  version {one['Version']}"


def _name(one: Mapping[str, Any]) -> str:
    return str(one["Name"])

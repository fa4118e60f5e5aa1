"""threadline bot: list, describe, create, replace, check, test, run, pause, stop, delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli import bot_new, bot_test, draft, flow_files, history
from threadline.cli.changing import File, name_in, send
from threadline.cli.quick import Group
from threadline.cli.reach import Reach, shared
from threadline.errors import Problem

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline

commands = typer.Typer(help="What answers.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The bot's name.")]
Graph = Annotated[bool, typer.Option("--graph", help="Tell each node with where it leads.")]
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
def create(
    reach: Reach,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="YAML or JSON of one; - is the input."),
    ] = None,
    blueprint: Annotated[
        str | None,
        typer.Option("--blueprint", help="What to make it of, instead of a file."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Its name, with a blueprint.")
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PARAMETER=TEXT", help="What to fill in, as in a=b."),
    ] = None,
) -> None:
    """
    A new bot, made of a blueprint or of a file such as these.

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

    The first is a bot by itself, the second asks a program of yours. It has its own endpoint on
    the web, ORGANIZATION-NAME, and needs another to be texted:
    `threadline endpoint create --help`. `threadline blueprint list` tells the blueprints.

    Examples:

    threadline bot create tea.yaml

    threadline bot create --blueprint faq --name Questions --set company="Leaf & Cup"
    """
    if (file is None) == (blueprint is None) or (blueprint and not name):
        raise typer.BadParameter("Give a FILE, or --blueprint and --name.")
    if file is not None:
        found = send(reach, file, lambda api, document: api.bots.create(document))
    else:
        filled = dict(map(bot_new.filled, values or ()))
        made = str(blueprint), str(name), filled
        found = reach.ask(lambda api: api.blueprints.create_bot(*made))
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
def check(reach: Reach, file: File, graph: Graph = False) -> None:
    """
    What is wrong with a bot, or with a flow alone, before it is one. Nothing is changed.

    Example: threadline bot check tea.yaml --graph
    """
    from threadline.cli.values import name_of, text_of
    from threadline.errors import Invalid

    name, source = name_of(file), text_of(file)
    found: dict[str, Any] = {}

    async def look(api: AsyncThreadline) -> None:
        found.update(await api.flows.look(source))
        if problems := [_problem(one, name) for one in found["problems"]]:
            raise Invalid(problems)

    try:
        reach.ask(look)
    finally:
        if found:
            drawn = list(_drawn(found["graph"])) if graph and found["graph"] else []
            told = [] if found["problems"] else [f"{name} is right."]
            reach.tell(found, [*told, *drawn])


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
    Delete a bot that no endpoint names but its default endpoint, which goes with it.

    Example: threadline bot delete MySmsBot
    """
    found = reach.ask(lambda api: api.bots.delete(name))
    reach.tell(found, [f"{name} is deleted."], [name])


commands.add_typer(draft.commands, name="draft", cls=Group)
history.add(commands)
flow_files.add(commands)
bot_new.add(commands)
bot_test.add(commands)


def _set(reach: Reach, name: str, state: str) -> None:
    found = reach.ask(lambda api: api.bots.change(name, {"State": state}))
    reach.tell(found, [_line(found)], [name])


def _problem(one: Mapping[str, Any], file: str) -> Problem:
    path = f"{file}: {one['path']}" if one["path"] else file
    return Problem(one["code"], path, one["message"], one["mend"], one["line"])


def _drawn(graph: Mapping[str, Any]) -> Iterator[str]:
    """Each node with where it leads."""
    for node in graph["nodes"]:
        lost = "" if node["reached"] else "  (no wire leads here)"
        yield "  ".join(filter(None, (node["id"], node["kind"], node["summary"]))) + lost
        for wire in graph["wires"]:
            if wire["begin"] == node["id"]:
                yield f"    {wire['label'] or 'then'} → {wire['end']}"


def _line(one: Mapping[str, Any]) -> str:
    return f"{one['Name']}  {one['Type']}  {one['State']}  version {one['Version']}"


def _name(one: Mapping[str, Any]) -> str:
    return str(one["Name"])

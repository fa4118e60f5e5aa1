"""threadline bot: try, versions, diff, rollback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline

Name = Annotated[str, typer.Argument(metavar="NAME", help="The bot's name.")]
Version = Annotated[int, typer.Argument(metavar="VERSION", help="The number of a version.")]


def add(commands: typer.Typer) -> None:
    """To those of `threadline bot`."""
    commands.command("try")(shared(try_))
    for one in (versions, diff, rollback):
        commands.command()(shared(one))


def try_(
    reach: Reach,
    name: Name,
    texts: Annotated[
        list[str], typer.Argument(metavar="TEXT", help="What a contact would write.")
    ],
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Try what it is to be: YAML or JSON of the bot."),
    ] = None,
) -> None:
    """
    What it says to some texts. Nothing is kept, and nobody is texted.

    Example: threadline bot try MySmsBot hello tea
    """
    from threadline.cli.values import text_of

    source = None if file is None else text_of(file)

    async def talk(api: AsyncThreadline) -> Any:
        told: list[Any] = []
        for text in texts:
            state = told[-1]["state"] if told else None
            told.append(await api.bots.try_(name, text, source=source, state=state))
        return told

    found = reach.ask(talk)
    lines = [line for text, one in zip(texts, found, strict=True) for line in _said(text, one)]
    reach.tell(found, lines, [name])


def versions(
    reach: Reach,
    name: Name,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
) -> None:
    """
    What the bot was, the latest first.

    Example: threadline bot versions MySmsBot
    """
    found = reach.ask(lambda api: api.bots.versions(name, limit=limit))["data"]
    reach.tell(found, map(_line, found), (str(one["version"]) for one in found))


def diff(
    reach: Reach,
    name: Name,
    version: Version,
    old: Annotated[
        int | None, typer.Option("--from", help="The version to begin from: the one before.")
    ] = None,
) -> None:
    """
    What a version changed, line by line.

    Example: threadline bot diff MySmsBot 2
    """
    found = reach.ask(lambda api: api.bots.compare(name, version, old=old))
    reach.tell(found, found["text"].splitlines(), (one["path"] for one in found["fields"]))


def rollback(
    reach: Reach,
    name: Name,
    version: Version,
    note: Annotated[str, typer.Option("--note", help="Why, for who reads it later.")] = "",
) -> None:
    """
    Make the bot what it was, as a new version.

    Example: threadline bot rollback MySmsBot 1
    """
    found = reach.ask(lambda api: api.bots.roll_back(name, version, note=note))
    line = f"{name} is version {found['Version']}, which says what version {version} said."
    reach.tell(found, [line], [name])


def _said(text: str, one: Mapping[str, Any]) -> Iterator[str]:
    yield f"> {text}"
    for element in one["elements"]:
        if element["type"] == "message":
            yield element["message"]
        else:
            yield f"    {element}"
    if one["error"]:
        yield f"    {one['error']}"
    if one["ended"]:
        yield "    end"


def _line(one: Mapping[str, Any]) -> str:
    words = [f"{one['version']:>4}", one["made_at"], one["made_by"], one["note"]]
    return "  ".join(filter(None, [*words, "(current)" if one["current"] else ""]))

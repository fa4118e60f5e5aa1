"""threadline bot new: files to begin a bot with, of a blueprint."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

FOLDER = "conversations"


@shared
def new(
    reach: Reach,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the bot is called.")],
    blueprint: Annotated[
        str, typer.Option("--from", help="The blueprint: `threadline blueprint list`.")
    ] = "empty-flow",
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PARAMETER=TEXT", help="What to fill in, as in a=b."),
    ] = None,
) -> None:
    """
    Write a bot and a conversation with it into files here: NAME.yaml and
    conversations/NAME.yaml. Nothing that is there is written over.

    Change the two as you like. `threadline bot test NAME.yaml conversations` tells whether the
    bot still talks so, and `threadline bot create NAME.yaml` makes it.

    Example: threadline bot new questions --from faq
    """
    from threadline.bots import LABELS, blueprints
    from threadline.errors import Invalid, NotFound, Problem
    from threadline.model import bot as bots
    from threadline.model import writing

    known = blueprints.known()
    if blueprint not in known:
        raise NotFound(f"There is no blueprint {blueprint!r}. There is: {', '.join(known)}.")
    chosen, given = known[blueprint], dict(map(filled, values or ()))
    document = blueprints.fill(chosen, name, given)
    if problems := [*bots.check(document, LABELS), *blueprints.check(chosen, given)]:
        raise Invalid(problems)
    said = asyncio.run(_recorded(document, chosen.dialogue))
    files = {
        Path(f"{name}.yaml"): writing.one(document),
        Path(FOLDER, f"{name}.yaml"): writing.one({"Name": chosen.title, "Dialogue": said}),
    }
    if there := [str(file) for file in files if file.exists()]:
        message, mend = "There is such a file.", "Take another name, or move it away."
        raise Invalid([Problem("file_exists", one, message, mend) for one in there])
    for file, text in files.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    made = [str(file) for file in files]
    reach.tell(
        {"files": made},
        [
            f"{' and '.join(made)} are there. {chosen.notes}",
            f"threadline bot test {made[0]} {FOLDER}",
        ],
        made,
    )


def filled(said: str) -> tuple[str, str]:
    """A parameter and its text, of `a=b`."""
    parameter, equals, text = said.partition("=")
    if not equals:
        raise typer.BadParameter(f"{said!r} is no PARAMETER=TEXT.")
    return parameter, text


async def _recorded(document: Mapping[str, Any], talk: str) -> str:
    """The dialogue as this bot has it; of one elsewhere, which may not be there, as it is."""
    from threadline.model import dialogue
    from threadline.operations import rehearsal

    one = rehearsal.Rehearsal([document])
    try:
        found = await one.run(rehearsal.read({"Dialogue": talk}, ""))
    finally:
        await one.close()
    if any(heard.error for heard in found.heard):
        return talk
    return dialogue.write(replace(one.exchange, expected=list(one.said)) for one in found.heard)


def add(commands: typer.Typer) -> None:
    """Make it a command of `threadline bot`."""
    commands.command("new")(new)

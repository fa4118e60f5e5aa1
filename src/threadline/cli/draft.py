"""threadline bot draft: show, save, publish, discard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline

commands = typer.Typer(help="What a bot is to be.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The bot's name.")]
Note = Annotated[str, typer.Option("--note", help="What is new, for who reads it later.")]


@commands.command()
@shared
def show(reach: Reach, name: Name) -> None:
    """
    Its draft as it was saved, and what is wrong with it; without one, the bot as a text.

    Example: threadline bot draft show MySmsBot > draft.yaml
    """
    found, _etag = reach.ask(lambda api: api.bots.draft(name))
    reach.tell(found, [found["source"].rstrip("\n")], [name])
    for line in _wrong(found):
        reach.warn(line)


@commands.command()
@shared
def save(
    reach: Reach,
    name: Name,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="YAML or JSON of the bot; - is the input.")
    ],
    base: Annotated[
        int | None,
        typer.Option("--base", help="The version that it was made of, if not as before."),
    ] = None,
) -> None:
    """
    Keep a file as the draft, whatever is wrong with it. The bot stays as it is.

    Example: threadline bot draft save MySmsBot draft.yaml
    """
    from threadline.cli.values import text_of

    source = text_of(file)
    found = reach.ask(lambda api: api.bots.save_draft(name, source, base_version=base))
    reach.tell(found, [f"The draft of {name} is saved."], [name])
    for line in _wrong(found):
        reach.warn(line)


@commands.command()
@shared
def publish(reach: Reach, name: Name, note: Note = "") -> None:
    """
    Make the bot what its draft says.

    Example: threadline bot draft publish MySmsBot --note "it greets"
    """
    found = reach.ask(lambda api: api.bots.publish_draft(name, note=note))
    reach.tell(found, [f"{name} is version {found['Version']}."], [name])


@commands.command()
@shared
def discard(reach: Reach, name: Name) -> None:
    """
    Throw the draft away.

    Example: threadline bot draft discard MySmsBot
    """

    async def drop(api: AsyncThreadline) -> Any:
        return await api.bots.discard_draft(name)

    reach.tell(reach.ask(drop), [f"The draft of {name} is gone."], [name])


def _wrong(found: Mapping[str, Any]) -> Iterator[str]:
    from threadline.errors import Problem

    for one in found["problems"]:
        yield str(Problem(**one))

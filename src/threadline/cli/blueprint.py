"""threadline blueprint: list, describe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

commands = typer.Typer(help="Bots to begin with.", no_args_is_help=True)

MARKS = {"contact": "> ", "bot": "", "record": "    "}


@commands.command("list")
@shared
def list_(reach: Reach) -> None:
    """
    Every bot that there is to begin with: `threadline bot create --blueprint NAME`.

    Example: threadline blueprint list
    """
    found = reach.ask(lambda api: api.blueprints.list())["data"]
    lines = (f"{one['name']}  {one['description']}" for one in found)
    reach.tell(found, lines, (str(one["name"]) for one in found))


@commands.command()
@shared
def describe(
    reach: Reach, name: Annotated[str, typer.Argument(metavar="NAME", help="The blueprint.")]
) -> None:
    """
    What it is for, what to fill in, and how it talks.

    Example: threadline blueprint describe faq
    """
    found = reach.ask(lambda api: api.blueprints.describe(name))
    reach.tell(found, _lines(found), [name])


def _lines(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['title']}: {one['description']}"
    yield ""
    for each in one["parameters"]:
        yield f"--set {each['name']}={each['default']!r}  {each['about']}"
    yield ""
    for line in one["dialogue"]:
        yield f"{MARKS[line['who']]}{line['text']}"
    yield ""
    yield one["notes"]

"""threadline bot import, export: flows of a Node-RED style designer, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

if TYPE_CHECKING:
    from threadline.bots.flow.classic.reading import Told
    from threadline.client import AsyncThreadline


@shared
def import_(
    reach: Reach,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON of the designer; - is the input.")
    ],
    name: Annotated[
        str, typer.Option("--name", help="The bot's name, if not as in the file.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the bot of that name.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write it there as YAML. No bot is made of it."),
    ] = None,
) -> None:
    """
    Make a bot of a classic flow: an export of a designer, or the worker with its flow. What
    cannot be run is told node by node, and then nothing is made.

    Examples:

    threadline bot import classic.json --name Tea

    threadline bot import classic.json --name Tea --out tea.yaml
    """
    document, told = _read(file, name)
    for one in told:
        reach.warn(f"{one.title} [{one.id}]: {one.why}")
    if out is not None:
        import yaml

        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=96)
        out.write_text(text, "utf-8")
        reach.tell(document, [f"{out} is the bot {document['Name']}."], [str(out)])
        return

    async def make(api: AsyncThreadline) -> Any:
        if replace:
            return await api.bots.replace(document["Name"], document)
        return await api.bots.create(document)

    found = reach.ask(make)
    count = len(document["Flow"]["nodes"])
    line = f"{found['Name']}  {found['Type']}  {found['State']}  {count} nodes"
    reach.tell(found, [line], [found["Name"]])


@shared
def export(
    reach: Reach, name: Annotated[str, typer.Argument(metavar="NAME", help="The bot's name.")]
) -> None:
    """
    A bot's flow as JSON of a designer, which `threadline bot import` makes the same flow of.

    Example: threadline bot export MySmsBot > flow.json
    """
    from threadline.bots.flow.classic import writing
    from threadline.errors import Invalid, Problem

    found = reach.ask(lambda api: api.bots.describe(name))
    flow = found.get("Flow")
    if not isinstance(flow, Mapping):
        mend = "`threadline bot describe` prints any bot as it is."
        message = f"{name} is of type {found['Type']}, which is not drawn."
        raise Invalid([Problem("flow_missing", name, message, mend)])
    import orjson

    worker = writing.worker(flow, name)
    text = orjson.dumps(worker, option=orjson.OPT_INDENT_2).decode()
    reach.tell(worker, [text], [name])


def add(commands: typer.Typer) -> None:
    """Make them commands of `threadline bot`."""
    commands.command("import")(import_)
    commands.command()(export)


def _read(file: Path, name: str) -> tuple[Any, tuple[Told, ...]]:
    """The bot's document, and what is told of it. Raises `Invalid`."""
    import json

    from threadline.bots.flow.classic import convert
    from threadline.cli.values import name_of, text_of
    from threadline.errors import Invalid, Problem

    try:
        value = json.loads(text_of(file))
    except (json.JSONDecodeError, RecursionError) as why:
        mend = "Export it as JSON."
        problem = Problem("json_invalid", name_of(file), f"This is not JSON: {why}.", mend)
        raise Invalid([problem]) from None
    try:
        converted = convert(value)
    except Invalid as why:
        raise Invalid(list(_placed(why, name_of(file)))) from None
    named = name or (value.get("Name") if isinstance(value, Mapping) else "") or file.stem
    return {"Name": named, "Type": "flow", "Flow": dict(converted.flow)}, converted.told


def _placed(why: Any, file: str) -> Iterator[Any]:
    from dataclasses import replace

    for one in why.problems:
        yield replace(one, path=f"{file}: {one.path}" if one.path else file)

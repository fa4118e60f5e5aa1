"""threadline bot test: written conversations against a bot, before anybody texts it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

if TYPE_CHECKING:
    from threadline.operations.rehearsal import Heard, Rehearsed, Script
    from threadline.settings import Settings

GREEN, RED, PLAIN = "\033[32m", "\033[31m", "\033[0m"


@shared
def rehearse(
    reach: Reach,
    bot: Annotated[
        Path,
        typer.Argument(
            metavar="BOT", help="YAML or JSON of the bot, then of those it hands over to."
        ),
    ],
    conversations: Annotated[
        list[Path],
        typer.Argument(metavar="CONVERSATIONS", help="Files, or folders of them."),
    ],
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write the results there as JUnit XML, too.")
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            "--secret", metavar="SRN=VARIABLE", help="The environment has its value there."
        ),
    ] = None,
) -> None:
    """
    Run written conversations against a bot. Nothing is kept, and nobody is texted. A bot
    elsewhere is asked where it is.

    \b
    Name: Somebody orders a tea
    Dialogue: |
      > hi
      Hello!
      Tea or *?
      > tea
      Good choice.
      [end]

    A `*` stands for anything, a line `...` for whatever else is said. A file that is no YAML is
    such a dialogue by itself.

    Examples:

    threadline bot test tea.yaml conversations/tea.yaml

    threadline bot test tea.yaml conversations --junit results.xml
    """
    from threadline.cli.documents import Batch
    from threadline.errors import Invalid

    batch = Batch(reach.settings)
    batch.read(bot)
    if batch.problems:
        raise Invalid(batch.problems)
    scripts = list(_scripts(conversations))
    secrets = dict(_secret(batch.settings, one) for one in secret or ())
    found = asyncio.run(_run(batch, scripts, secrets))
    if junit is not None:
        from threadline.cli.junit import written

        junit.write_text(written(str(bot), found), "utf-8")
    failed = [one for one in found if not one.passed]
    reach.tell(
        [_as_json(one) for one in found],
        _told(found),
        (one.script.name for one in failed),
    )
    if failed:
        raise typer.Exit(1)


def add(commands: typer.Typer) -> None:
    """Make it a command of `threadline bot`."""
    commands.command("test")(rehearse)


async def _run(
    batch: Any, scripts: Sequence[Script], secrets: Mapping[str, Any]
) -> list[Rehearsed]:
    """Raises `Invalid` by file and line if there is something wrong with a bot."""
    from threadline.errors import Invalid
    from threadline.operations.rehearsal import Rehearsal

    networks = batch.settings.allow_networks or ["127.0.0.0/8", "::1/128"]
    rehearsal = Rehearsal(batch.values, networks, secrets, batch.settings.python_bots)
    try:
        if rehearsal.problems:
            raise batch.tell(Invalid(rehearsal.problems))
        return [await rehearsal.run(one) for one in scripts]
    finally:
        await rehearsal.close()


def _scripts(paths: Iterable[Path]) -> Iterator[Script]:
    """Of all files, those of folders by their names. Raises `Invalid`."""
    from dataclasses import replace

    from threadline.cli.values import name_of, text_of
    from threadline.errors import Invalid
    from threadline.model.document import Document, load_all, locate
    from threadline.operations import rehearsal

    for path in paths:
        inside = sorted(path.rglob("*.yaml")) + sorted(path.rglob("*.txt"))
        for file in inside if path.is_dir() else [path]:
            name, text = name_of(file), text_of(file)
            alone = text.lstrip().startswith(">")
            documents = [Document({"Dialogue": text}, {})] if alone else load_all(text, name)
            for document in documents:
                try:
                    yield rehearsal.read(document.value, name)
                except Invalid as why:
                    located = locate(why.problems, document.lines)
                    told = [replace(one, path=f"{name}: {one.path}") for one in located]
                    raise Invalid(told) from None


def _secret(settings: Settings, given: str) -> tuple[str, Any]:
    from threadline.cli.values import secret_in

    name, equals, variable = given.partition("=")
    value = settings.variable(variable)
    if not equals or value is None:
        raise typer.BadParameter(f"{given!r} is no SRN=VARIABLE with a variable that is set.")
    kind = "secretdoc" if ":secretdoc:" in name else "secret"
    return name, secret_in(value, kind, name)


def _told(found: Sequence[Rehearsed]) -> Iterator[str]:
    """A line for each, and the whole of those that failed."""
    for one in found:
        mark = _coloured("ok    ", GREEN) if one.passed else _coloured("FAILED", RED)
        yield f"{mark}  {one.script.name}  ({one.script.file})"
        if not one.passed:
            for heard in one.heard:
                yield from _difference(heard)
    failed = sum(not one.passed for one in found)
    yield f"{len(found) - failed} passed, {failed} failed."


def _difference(heard: Heard) -> Iterator[str]:
    """What was said, with what was expected in place of it."""
    one = heard.exchange
    yield f"        {f'({one.said})' if one.waits else f'> {one.said}'}"
    if heard.error:
        yield _coloured(f"      ! {heard.error}", RED)
    if heard.fits:
        yield from (f"        {line}" for line in heard.said)
        return
    import difflib

    for line in difflib.ndiff(list(one.expected), list(heard.said)):
        sign, text = line[:1], line[2:]
        if sign == " ":
            yield f"        {text}"
        elif sign == "-":
            yield _coloured(f"      - {text}", RED)
        elif sign == "+":
            yield _coloured(f"      + {text}", GREEN)


def _coloured(text: str, colour: str) -> str:
    return f"{colour}{text}{PLAIN}" if sys.stdout.isatty() else text


def _as_json(one: Rehearsed) -> dict[str, Any]:
    return {
        "name": one.script.name,
        "file": one.script.file,
        "passed": one.passed,
        "exchanges": [
            {
                "line": heard.exchange.line,
                "said": heard.exchange.said,
                "expected": heard.exchange.expected,
                "heard": list(heard.said),
                "fits": heard.fits,
                "error": heard.error or None,
            }
            for heard in one.heard
        ],
    }

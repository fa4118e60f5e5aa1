"""threadline db: upgrade, check, backup, restore."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from threadline.cli.complaints import REFUSED, said_by
from threadline.cli.reach import Reach, shared
from threadline.errors import Invalid, NotSent, Problem

commands = typer.Typer(help="The database itself.", no_args_is_help=True)

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="The backup, such as threadline-monday.db.")
]
APART = (
    "The vault's keys are not in it. Keep a copy of {keys} apart from it: without them no "
    "secret can be opened."
)
LATER = (
    "What was said after the backup was made is not in it. {waiting} texts waited to be sent "
    "then: those that are not too old by now go out once a server starts."
)
KEYS = (
    "The vault's keys were left alone. `threadline db check` tells whether they open every "
    "secret; if not, put those into {keys} that were there when the backup was made."
)


@commands.command()
@shared
def upgrade(reach: Reach) -> None:
    """
    Bring the tables up to date without serving, as a server does when it starts.

    Example: threadline db upgrade
    """
    from threadline.operations import database

    with _at_hand(reach):
        found = asyncio.run(database.upgrade(reach.settings))
    told = f"The tables are at step {found['after']}, as they were before."
    if found["before"] != found["after"]:
        told = f"Brought the tables from step {found['before']} to step {found['after']}."
    reach.tell(found, [told])


@commands.command()
@shared
def check(reach: Reach) -> None:
    """
    Whether the database is sound; if not, what is wrong, each with its mend, and exit code 1.

    It may be asked at any time, also while a server runs.

    Example: threadline db check
    """
    from threadline.cli.terminal import coloured, progress
    from threadline.operations import database

    with progress(reach, "Checking"):
        try:
            found = reach.ask(lambda api: api.server.database(), served=True)
        except NotSent:
            if reach.settings.url:
                raise
            found = asyncio.run(database.check(reach.settings))
    wrong = found["findings"]
    lines = [_finding(one, coloured(one["code"], "red")) for one in wrong]
    if not wrong:
        lines = [coloured(f"The database is sound, at step {found['step']}.", "green")]
    reach.tell(found, lines, (f"{one['code']} {one['path']}" for one in wrong))
    if wrong:
        raise typer.Exit(REFUSED)


@commands.command()
@shared
def backup(
    reach: Reach,
    file: File,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Put the vault's keys beside it, as FILE.keys.")
    ] = False,
) -> None:
    """
    Copy the database into one new file, while a server goes on.

    Example: threadline db backup threadline-monday.db
    """
    from threadline.cli.terminal import progress
    from threadline.operations import database

    with _at_hand(reach), progress(reach, "Copying pages") as told:
        work = database.backup(reach.settings, file, told, with_keys=with_keys)
        found = asyncio.run(work)
    lines = [f"Copied the database to {file} ({found['bytes'] / 1e6:.1f} MB)."]
    if with_keys:
        lines.append(f"Copied the vault's keys to {found['keys']}. Keep the two apart.")
    reach.tell(found, lines, [found["file"]])
    if not with_keys:
        reach.warn(APART.format(keys=database.keys_file(reach.settings)))


@commands.command()
@shared
def restore(
    reach: Reach,
    file: File,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Put the vault's keys back, from FILE.keys.")
    ] = False,
) -> None:
    """
    Put a backup in the place of the database, which is kept beside it. Only without a server.

    Example: threadline db restore threadline-monday.db
    """
    from threadline.cli.terminal import progress
    from threadline.operations import database

    with _at_hand(reach), progress(reach, "Copying pages") as told:
        work = database.restore(reach.settings, file, told, with_keys=with_keys)
        found = asyncio.run(work)
    lines = [f"Put {file} in the place of the database. Start `threadline serve` again."]
    if found["kept"]:
        lines.append(f"The old one is {found['kept']}. Delete it once all is well.")
    reach.tell(found, lines, [found["kept"]] if found["kept"] else [])
    reach.warn(LATER.format(waiting=found["waiting"]))
    if not with_keys:
        reach.warn(KEYS.format(keys=database.keys_file(reach.settings)))


def _finding(one: Mapping[str, Any], code: str) -> str:
    return f"{code}: {one['path']}: {one['message']} {one['mend']}"


@contextmanager
def _at_hand(reach: Reach) -> Iterator[None]:
    """
    What is done inside is done to the database itself. If a server is on it, that one explains
    what is refused. Raises `Invalid` where the database is elsewhere.
    """
    url = None
    try:
        url = reach.ask(lambda api: api.server.about(), served=True)["url"]
    except NotSent:
        if reach.settings.url:
            raise
    if reach.settings.url:
        mend = "Run the command on the machine of the server, without --url."
        message = "This works on the database itself, and not through a server."
        raise Invalid([Problem("not_remote", "--url", message, mend)])
    with nullcontext() if url is None else said_by(url):
        yield

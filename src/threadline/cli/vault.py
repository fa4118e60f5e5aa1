"""threadline vault: the keys that seal secrets."""

from __future__ import annotations

from typing import Annotated

import typer

from threadline.cli.reach import Reach, shared

commands = typer.Typer(help="The keys that seal secrets.", no_args_is_help=True)


@commands.callback()
def _nouns() -> None:
    """The keys that seal secrets."""


@commands.command()
@shared
def rotate(
    reach: Reach,
    add_key: Annotated[
        bool, typer.Option(help="Add a new key first (to the key file only).")
    ] = True,
) -> None:
    """
    Seal every secret with the newest key, while servers go on.

    With the key file a new key is added first. With THREADLINE_VAULT_KEYS put the new key in
    front, restart the nodes one by one, and then rotate. Old keys may be removed afterwards.

    Example: threadline vault rotate
    """
    found = reach.ask(lambda api: api.server.rotate_vault(add_key=add_key))
    count = found["resealed"]
    lines = [f"Sealed {count} secret{'' if count == 1 else 's'} anew."]
    if found["added_key"]:
        lines.insert(0, f"Added the key {found['added_key']} to the file vault.keys.")
    reach.tell(found, lines, [found["added_key"]] if found["added_key"] else [])

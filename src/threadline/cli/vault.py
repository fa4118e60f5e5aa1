"""threadline vault: the keys that seal secrets."""

from __future__ import annotations

from typing import Annotated

import typer

from threadline.cli.options import Data, DatabaseUrl

commands = typer.Typer(help="The keys that seal secrets.", no_args_is_help=True)


@commands.callback()
def _nouns() -> None:
    """The keys that seal secrets."""


@commands.command()
def rotate(
    add_key: Annotated[
        bool, typer.Option(help="Add a new key first (to the key file only).")
    ] = True,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Seal every secret with the newest key, while servers go on.

    With the key file a new key is added first. With THREADLINE_VAULT_KEYS put the new key in
    front, restart the nodes one by one, and then rotate. Old keys may be removed afterwards.
    """
    from threadline.cli.reach import call
    from threadline.settings import Settings

    settings = Settings.read(data=data, database_url=database_url)
    found = call(settings, "vault-rotate", add_key=add_key)
    if found["added_key"]:
        print(f"Added the key {found['added_key']} to {settings.data / 'vault.keys'}.")
    count = found["resealed"]
    print(f"Sealed {count} secret{'' if count == 1 else 's'} anew.")

"""threadline secret: create, replace, list, describe, delete."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from threadline.cli.asking import ask
from threadline.cli.options import Data, DatabaseUrl, Organization
from threadline.model.clock import iso

commands = typer.Typer(
    help="Sealed credentials. A value never comes back.", no_args_is_help=True
)

Value = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="File with the value (JSON for a secretdoc); - is the input."
    ),
]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Its alias, the last part of its SRN.")
]
Named = Annotated[
    str, typer.Argument(metavar="SRN", help="Its name, as srn:vault::ORG:secretdoc:ALIAS.")
]
Type = Annotated[str, typer.Option("--type", help="secretdoc (JSON) or secret (a text).")]


def _read(file: Path, type: str) -> Any:
    from threadline.cli.values import name_of, secret_in, text_of

    return secret_in(text_of(file), type, name_of(file))


def _show(found: dict[str, Any]) -> None:
    print(f"{found['Srn']}  {found['Type']}  version {found['Version']}")


@commands.command()
def create(
    name: Name,
    value: Value,
    org: Organization,
    type: Type = "secretdoc",
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Store a new secret and print its SRN.

    Example: threadline secret create twiliokeys keys.json --org flowit
    """
    said = {"organization": org, "name": name, "type": type, "value": _read(value, type)}
    _show(ask(data, database_url, "secret-create", **said))


@commands.command()
def replace(
    srn: Named, value: Value, data: Data = None, database_url: DatabaseUrl = None
) -> None:
    """
    Store a new version under the same SRN; endpoints use it at once.

    Example: threadline secret replace srn:vault::flowit:secretdoc:twiliokeys keys.json
    """
    type_ = "secret" if ":secret:" in srn else "secretdoc"
    _show(ask(data, database_url, "secret-replace", srn=srn, value=_read(value, type_)))


@commands.command("list")
def list_(org: Organization, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """The secrets of an organization, without their values."""
    found = ask(data, database_url, "secret-list", organization=org)
    for one in found:
        _show(one)
    if not found:
        print(f"{org} has no secrets yet. `threadline secret create` stores one.")


@commands.command()
def describe(srn: Named, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Alias, SRN, type and when it was created; never the value."""
    found = ask(data, database_url, "secret-describe", srn=srn)
    for name, value in (found | {"Created": iso(found["Created"] * 1000)}).items():
        print(f"{name}: {value}")


@commands.command()
def delete(srn: Named, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Delete a secret; refused while an endpoint or a bot uses it."""
    _show(ask(data, database_url, "secret-delete", srn=srn))

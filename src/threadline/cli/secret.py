"""threadline secret: create, replace, list, describe, delete."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from threadline.cli.options import Data, DatabaseUrl, Organization

commands = typer.Typer(
    help="Sealed credentials. A value never comes back.", no_args_is_help=True
)

Value = Annotated[
    Path,
    typer.Argument(help="File with the value (JSON for a secretdoc); - is the input."),
]
Type = Annotated[str, typer.Option("--type", help="secretdoc (JSON) or secret (a text).")]


def _call(data: Path | None, database_url: str | None, name: str, **values: Any) -> Any:
    from threadline.cli.reach import call
    from threadline.settings import Settings

    return call(Settings.read(data=data, database_url=database_url), name, **values)


def _read(file: Path, type: str) -> Any:
    import sys

    from threadline.errors import Invalid, Problem
    from threadline.model.document import load

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as why:
        message = f"It cannot be read: {why}."
        raise Invalid([Problem("file_unreadable", str(file), message, "")]) from None
    return load(text, str(file)).value if type == "secretdoc" else text.rstrip("\r\n")


def _show(found: dict[str, Any]) -> None:
    print(f"{found['Srn']}  {found['Type']}  version {found['Version']}")


@commands.command()
def create(
    name: str,
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
    _show(_call(data, database_url, "secret-create", **said))


@commands.command()
def replace(
    srn: str, value: Value, data: Data = None, database_url: DatabaseUrl = None
) -> None:
    """Store a new version under the same SRN; endpoints use it at once."""
    type_ = "secret" if ":secret:" in srn else "secretdoc"
    _show(_call(data, database_url, "secret-replace", srn=srn, value=_read(value, type_)))


@commands.command("list")
def list_(org: Organization, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """The secrets of an organization, without their values."""
    for one in _call(data, database_url, "secret-list", organization=org):
        _show(one)


@commands.command()
def describe(srn: str, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Alias, SRN, type and when it was created; never the value."""
    for name, value in _call(data, database_url, "secret-describe", srn=srn).items():
        print(f"{name}: {value}")


@commands.command()
def delete(srn: str, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Delete a secret; refused while an endpoint or a bot uses it."""
    _show(_call(data, database_url, "secret-delete", srn=srn))

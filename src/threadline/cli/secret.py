"""threadline secret: create, replace, list, describe, delete."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

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
NONE_YET = "There is no secret yet. `threadline secret create` stores one."


@commands.command()
@shared
def create(
    reach: Reach,
    name: Name,
    value: Value,
    type: Annotated[
        str, typer.Option("--type", help="secretdoc (JSON) or secret (a text).")
    ] = "secretdoc",
) -> None:
    """
    Store a new secret and print its SRN.

    For a number at Twilio it is a file such as this.

    \b
    {"accountSid": "AC...", "authToken": "...", "phoneNumber": "+15550109999"}

    Example: threadline secret create twiliokeys keys.json
    """
    text = _read(value, type)
    found = reach.ask(lambda api: api.secrets.create(name, text, type=type))
    reach.tell(found, [_line(found)], [found["Srn"]])


@commands.command()
@shared
def replace(reach: Reach, srn: Named, value: Value) -> None:
    """
    Store a new version under the same SRN; endpoints use it at once.

    Example: threadline secret replace srn:vault::flowit:secretdoc:twiliokeys keys.json
    """
    text = _read(value, "secret" if ":secret:" in srn else "secretdoc")
    found = reach.ask(lambda api: api.secrets.replace(srn, text))
    reach.tell(found, [_line(found)], [found["Srn"]])


@commands.command("list")
@shared
def list_(
    reach: Reach,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 1000,
) -> None:
    """
    The secrets of an organization, without their values.

    Example: threadline secret list
    """
    found = reach.ask(lambda api: api.secrets.list(limit=limit))["data"]
    lines = map(_line, found) if found else [NONE_YET]
    reach.tell(found, lines, (one["Srn"] for one in found))


@commands.command()
@shared
def describe(reach: Reach, srn: Named) -> None:
    """
    Alias, SRN, type, version and when it was created; never the value.

    Example: threadline secret describe srn:vault::flowit:secretdoc:twiliokeys
    """
    from threadline.model.clock import iso

    found = reach.ask(lambda api: api.secrets.describe(srn))
    shown: dict[str, Any] = {**found, "Created": iso(found["Created"] * 1000)}
    reach.tell(found, (f"{name}: {value}" for name, value in shown.items()), [srn])


@commands.command()
@shared
def delete(reach: Reach, srn: Named) -> None:
    """
    Delete a secret; refused while an endpoint or a bot uses it.

    Example: threadline secret delete srn:vault::flowit:secretdoc:twiliokeys
    """
    found = reach.ask(lambda api: api.secrets.delete(srn))
    reach.tell(found, [f"{srn} is deleted."], [srn])


def _read(file: Path, type: str) -> Any:
    from threadline.cli.values import name_of, secret_in, text_of

    return secret_in(text_of(file), type, name_of(file))


def _line(found: Mapping[str, Any]) -> str:
    return f"{found['Srn']}  {found['Type']}  version {found['Version']}"

"""threadline secret: create, templates, replace, list, describe, delete."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
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
    value: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="File with the value (JSON for a secretdoc); - is the input. Without one, "
            "what --template has is asked for.",
        ),
    ] = None,
    type: Annotated[
        str, typer.Option("--type", help="secretdoc (JSON) or secret (a text).")
    ] = "secretdoc",
    template: Annotated[
        str,
        typer.Option(
            "--template",
            help="The form that it has to fit; `threadline secret templates` tells them.",
        ),
    ] = "",
) -> None:
    """
    Store a new secret and print its SRN.

    For a number at Twilio it is a file such as this, or what --template twilio asks for.

    \b
    {"accountSid": "AC...", "authToken": "...", "phoneNumber": "+15550109999"}

    Example: threadline secret create twiliokeys keys.json
    """
    given = _asked(reach, template) if value is None else _value(reach, value, type, template)
    found = reach.ask(lambda api: api.secrets.create(name, given, type=type, template=template))
    reach.tell(found, [_line(found)], [found["Srn"]])


@commands.command()
@shared
def templates(reach: Reach) -> None:
    """
    The forms that the values of secrets may have, with their fields.

    Example: threadline secret templates
    """
    found = reach.ask(lambda api: api.secrets.templates(limit=1000))["data"]

    def lines() -> Iterator[str]:
        for one in found:
            yield f"{one['name']}  {one['type']}  {one['label']}: {one['help']}"
            for field in one["fields"]:
                need = "" if field["required"] else " (if you like)"
                yield f"    {field['name'] or field['label']}{need}: {field['help']}"

    reach.tell(found, lines(), (one["name"] for one in found))


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


def _value(reach: Reach, file: Path, type: str, template: str) -> Any:
    if template:
        type = str(_template(reach, template)["type"])
    return _read(file, type)


def _template(reach: Reach, name: str) -> Mapping[str, Any]:
    """Raises `Invalid`."""
    from threadline.errors import Invalid, Problem

    known = reach.ask(lambda api: api.secrets.templates(limit=1000))["data"]
    for one in known:
        if one["name"] == name:
            return one
    names = ", ".join(one["name"] for one in known)
    message = f"There is no template {name!r}." if name else "There is no value to store."
    mend = f"Name a file with it, or write --template with one of: {names}."
    code = "template_unknown" if name else "secret_empty"
    raise Invalid([Problem(code, "--template", message, mend)])


def _asked(reach: Reach, name: str) -> Any:
    """What somebody types for each field of the template; nothing of it is shown again."""
    from threadline.model.fields import Field, Template
    from threadline.operations.forms import value_of

    template = _template(reach, name)
    fields = [
        Field(one["name"], one["label"], one["help"], one["kind"], required=one["required"])
        for one in template["fields"]
    ]
    given = {
        one.name: _typed(
            one.label if one.required else f"{one.label} (Enter for none)",
            hidden=one.kind in ("secret", "json"),
        )
        for one in fields
    }
    shape = Template(name, name, "", template["type"], tuple(fields))
    return value_of(shape, given)


def _typed(question: str, *, hidden: bool) -> str:
    """A line; the question goes to standard error, so that the output is the answer alone."""
    from getpass import getpass

    if hidden and sys.stdin.isatty():
        return getpass(f"{question}: ", sys.stderr)
    print(f"{question}: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _read(file: Path, type: str) -> Any:
    from threadline.cli.values import name_of, secret_in, text_of

    return secret_in(text_of(file), type, name_of(file))


def _line(found: Mapping[str, Any]) -> str:
    return f"{found['Srn']}  {found['Type']}  version {found['Version']}"

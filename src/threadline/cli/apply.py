"""threadline apply: make files of organizations, secrets, bots and endpoints true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from threadline.cli.options import Data, DatabaseUrl, Json, PublicUrl

HERE = ("127.0.0.1", "localhost", "::1", "0.0.0.0")
ONLY_HERE = (
    "    Only this machine can call that. Set THREADLINE_PUBLIC_URL to how Twilio reaches you."
)
SIGNS = {"create": "+", "change": "~", "keep": "="}


def apply(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="YAML or JSON; - is the input.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")
    ] = False,
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    public_url: PublicUrl = None,
) -> None:
    """
    Make files of organizations, secrets, bots and endpoints true.

    Nothing is changed if anything is wrong, and applying twice changes nothing. The format of
    the files: docs/reference/documents.md.

    Example: threadline apply flowit.yaml --dry-run
    """
    from threadline.cli.documents import Batch
    from threadline.cli.reach import call
    from threadline.errors import Invalid
    from threadline.settings import Settings

    settings = Settings.read(data=data, database_url=database_url, public_url=public_url)
    batch = Batch(settings)
    for file in files:
        batch.read(file)
    if batch.problems:
        raise Invalid(batch.problems)
    try:
        found = call(settings, "apply", documents=batch.values, dry_run=dry_run)
    except Invalid as why:
        raise batch.tell(why.problems) from None
    if as_json:
        import orjson

        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    show(found)


def show(found: dict[str, Any]) -> None:
    """The changes as a diff, and the URLs to give to the provider."""
    for one in found["changes"]:
        print(f"{SIGNS[one['action']]} {one['kind']} {one['name']}")
        for field in one["fields"]:
            print(f"    {_difference(field)}")
    changed = sum(one["action"] != "keep" for one in found["changes"])
    verb = "Applied" if found["applied"] else "Would apply"
    print(f"{verb} {changed} of {len(found['changes'])}." if changed else "Nothing to change.")
    for endpoint in found["endpoints"]:
        show_urls(endpoint["address"], endpoint)


def show_urls(address: str, endpoint: dict[str, Any], *, err: bool = False) -> None:
    """What to paste into the provider's page, for each region."""
    for region, url in endpoint["urls"].items():
        where = f"{address} ({region})" if region else address
        typer.echo(f"Messaging endpoint of {where}:\n    {url}", err=err)
        typer.echo(f"Its fallback:\n    {endpoint['fallbacks'][region]}", err=err)
        if urlsplit(url).hostname in HERE:
            typer.echo(ONLY_HERE, err=err)


def _difference(field: dict[str, Any]) -> str:
    match field:
        case {"path": path, "old": old, "new": new}:
            return f"~ {path}: {_short(old)} -> {_short(new)}"
        case {"path": path, "old": old}:
            return f"- {path}: {_short(old)}"
        case {"path": path, "new": new}:
            return f"+ {path}: {_short(new)}"
        case _:
            return f"~ {field['path']}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"

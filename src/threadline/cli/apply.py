"""threadline apply: make files of organizations, secrets, bots and endpoints true."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from threadline.cli.options import Data, DatabaseUrl, Json, PublicUrl

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
            sides = [_short(field[side]) for side in ("old", "new") if side in field]
            print(f"    {field['path']}{': ' if sides else ' changed'}{' -> '.join(sides)}")
    changed = sum(one["action"] != "keep" for one in found["changes"])
    verb = "Applied" if found["applied"] else "Would apply"
    print(f"{verb} {changed} of {len(found['changes'])}." if changed else "Nothing to change.")
    for endpoint in found["endpoints"]:
        for region, url in endpoint["urls"].items():
            where = f"{endpoint['address']} ({region})" if region else endpoint["address"]
            print(f"Messaging endpoint of {where}:\n    {url}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"

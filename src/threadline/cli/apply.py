"""threadline apply: make files of organizations, secrets, bots and endpoints true."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from threadline.cli.options import PublicUrl
from threadline.cli.reach import Reach, shared

HERE = ("127.0.0.1", "localhost", "::1", "0.0.0.0")
ONLY_HERE = (
    "    Only this machine can call that. Set THREADLINE_PUBLIC_URL to how Twilio reaches you."
)
SIGNS = {"create": "+", "change": "~", "keep": "="}


@shared
def apply(
    reach: Reach,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="YAML or JSON; - is the input.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")
    ] = False,
    public_url: PublicUrl = None,
) -> None:
    """
    Make files of secrets, bots and endpoints true.

    Nothing is changed if anything is wrong, and applying twice changes nothing. A file is of
    one organization. What stands in its lists is shown by `threadline secret create --help`,
    and so for a bot and an endpoint; docs/reference/documents.md has everything.

    \b
    Organization: flowit
    Secrets:
      - Name: twiliokeys
        Value: {FromFile: keys.json}
    Bots: []
    Endpoints: []

    Example: threadline apply flowit.yaml --dry-run
    """
    from threadline.cli.documents import Batch
    from threadline.errors import Invalid

    reach = replace(reach, public_url=public_url)
    batch = Batch(reach.settings)
    for file in files:
        batch.read(file)
    if batch.problems:
        raise Invalid(batch.problems)
    try:
        found = reach.ask(lambda api: api.configuration.apply(batch.values, dry_run=dry_run))
    except Invalid as why:
        raise batch.tell(why) from None
    changed = [one["name"] for one in found["changes"] if one["action"] != "keep"]
    reach.tell(found, lines(found), changed)


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The changes as a diff, and the URLs to give to the provider."""
    for one in found["changes"]:
        yield f"{SIGNS[one['action']]} {one['kind']} {one['name']}"
        for field in one["fields"]:
            yield f"    {_difference(field)}"
    changed = sum(one["action"] != "keep" for one in found["changes"])
    verb = "Applied" if found["applied"] else "Would apply"
    yield f"{verb} {changed} of {len(found['changes'])}." if changed else "Nothing to change."
    for endpoint in found["endpoints"]:
        yield from pasted(endpoint["address"], endpoint)


def pasted(address: str, endpoint: Mapping[str, Any]) -> Iterator[str]:
    """What to paste into the provider's page, for each region."""
    for region, url in endpoint["urls"].items():
        where = f"{address} ({region})" if region else address
        yield f"Messaging endpoint of {where}:\n    {url}"
        yield f"Its fallback:\n    {endpoint['fallbacks'][region]}"
        if urlsplit(url).hostname in HERE:
            yield ONLY_HERE


def _difference(field: Mapping[str, Any]) -> str:
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

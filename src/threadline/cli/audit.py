"""threadline audit: list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

commands = typer.Typer(help="Who changed what.", no_args_is_help=True)

NOTHING_YET = "Nothing was changed yet."
UNDER_WAY = "  (under way, or not known whether it was done)"


@commands.command("list")
@shared
def list_(
    reach: Reach,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
) -> None:
    """
    Every change, the latest first: when, who, by which door, what, and about what.

    Example: threadline audit list --limit 20
    """
    found = reach.ask(lambda api: api.audit.list(limit=limit))["data"]
    lines = (_line(one) for one in found)
    reach.tell(found, lines if found else [NOTHING_YET], (one["about"] for one in found))


def _line(one: Mapping[str, Any]) -> str:
    whose = f"{one['organization']}  " if one["organization"] else ""
    done = "" if one["done"] else UNDER_WAY
    told = f"{one['who']}  {one['door']}  {one['what']}  {one['about']}"
    return f"{one['at']}  {whose}{told}{done}"

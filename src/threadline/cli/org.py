"""threadline org: list, create, describe, rename, change."""

from __future__ import annotations

from typing import Annotated

import typer

from threadline.cli.reach import Reach, shared

commands = typer.Typer(
    help="Organizations: who has secrets, bots and endpoints.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its short name, such as flowit.")]
FOREVER = "forever"
NONE_YET = "There is no organization yet. `threadline org create NAME` makes one."


@commands.command("list")
@shared
def list_(
    reach: Reach,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 1000,
) -> None:
    """
    The organizations that you may see.

    Example: threadline org list
    """
    found = reach.ask(lambda api: api.organizations.list(limit=limit))["data"]
    lines = (f"{one['name']}  {one['title']}".rstrip() for one in found)
    reach.tell(found, lines if found else [NONE_YET], (one["name"] for one in found))


@commands.command()
@shared
def create(
    reach: Reach,
    name: Name,
    title: Annotated[str, typer.Option("--title", help="A name for people.")] = "",
) -> None:
    """
    A new organization, with nothing in it.

    Example: threadline org create flowit --title "Flow IT"
    """
    found = reach.ask(lambda api: api.organizations.create(name, title=title))
    told = f"There is an organization {name} now. `threadline key create` makes a key to it."
    reach.tell(found, [told], [name])


@commands.command()
@shared
def describe(reach: Reach, name: Name) -> None:
    """
    An organization's title, and for how long what was said is kept.

    Example: threadline org describe flowit
    """
    found = reach.ask(lambda api: api.organizations.describe(name))
    lines = [f"{found['name']}  {found['title']}".rstrip(), _kept(found["retention_days"])]
    reach.tell(found, lines, [name])


@commands.command()
@shared
def rename(
    reach: Reach,
    name: Name,
    title: Annotated[str, typer.Option("--title", help="A name for people.")],
) -> None:
    """
    Another title. The name itself is for good: it stands in the names of secrets.

    Example: threadline org rename flowit --title "Flow IT Ltd"
    """
    found = reach.ask(lambda api: api.organizations.rename(name, title=title))
    reach.tell(found, [f"{name} is {found['title']!r} from now on."], [name])


@commands.command()
@shared
def change(
    reach: Reach,
    name: Name,
    keep_days: Annotated[
        str,
        typer.Option("--keep-days", metavar="N|forever", help="1 to 3650 days, or forever."),
    ],
) -> None:
    """
    For how long what was said is kept. What is older is taken away for good, soon.

    Example: threadline org change flowit --keep-days 365
    """
    forever = keep_days == FOREVER
    if not forever and not keep_days.isdecimal():
        mend = f"{keep_days!r} is no number of days. Write one, or {FOREVER}."
        raise typer.BadParameter(mend, param_hint="--keep-days")
    days = None if forever else int(keep_days)
    found = reach.ask(lambda api: api.organizations.keep(name, days=days))
    reach.tell(found, [f"{name}: {_kept(found['retention_days'])}"], [name])


def _kept(days: int | None) -> str:
    if days is None:
        return "What was said is kept for good."
    return f"What was said is kept for {days} day{'' if days == 1 else 's'}."

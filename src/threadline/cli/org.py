"""threadline org: list, create, describe, rename."""

from __future__ import annotations

from typing import Annotated

import typer

from threadline.cli.reach import Reach, shared

commands = typer.Typer(
    help="Organizations: who has secrets, bots and endpoints.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its short name, such as flowit.")]
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
    An organization's title.

    Example: threadline org describe flowit
    """
    found = reach.ask(lambda api: api.organizations.describe(name))
    reach.tell(found, [f"{found['name']}  {found['title']}".rstrip()], [name])


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

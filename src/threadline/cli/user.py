"""threadline user: list, invite, role, remove, link."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from threadline.cli.options import PublicUrl
from threadline.cli.reach import Reach, shared

commands = typer.Typer(
    help="People who may use the portal, and what they may do.", no_args_is_help=True
)

Who = Annotated[str, typer.Argument(metavar="EMAIL", help="Their address, or their id, usr_….")]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Their address.")]
NONE_YET = (
    "There is nobody yet. `threadline user invite EMAIL --role owner` makes a link for the "
    "first one."
)
GIVE = "Give it to them: it is good for one time, for {}, and not shown again."


@commands.command("list")
@shared
def list_(
    reach: Reach,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 1000,
) -> None:
    """
    Who may use the portal for the organization, and who was asked in.

    Example: threadline user list
    """
    found = reach.ask(lambda api: api.users.list(limit=limit))["data"]
    lines = (
        f"{one['email']}  {one['role']}  "
        f"{one['name'] if one['joined'] else 'asked in ' + one['added_at']}"
        for one in found
    )
    reach.tell(found, lines if found else [NONE_YET], (one["email"] for one in found))


@commands.command()
@shared
def invite(
    reach: Reach,
    email: Email,
    role: Annotated[
        str, typer.Option("--role", help="viewer, operator, builder or owner.")
    ] = "viewer",
    public_url: PublicUrl = None,
) -> None:
    """
    Ask somebody in: a link is printed this one time. No e-mail is sent.

    Example: threadline user invite ann@example.com --role operator
    """
    reach = replace(reach, public_url=public_url)
    found = reach.ask(lambda api: api.users.invite(email, role=role))
    reach.tell(found, [found["link"]], [found["link"]])
    reach.warn(GIVE.format("seven days"))


@commands.command()
@shared
def role(
    reach: Reach,
    email: Who,
    role: Annotated[
        str, typer.Argument(metavar="ROLE", help="viewer, operator, builder or owner.")
    ],
) -> None:
    """
    Another role, from their next click on.

    Example: threadline user role ann@example.com builder
    """
    found = reach.ask(lambda api: api.users.change_role(email, role=role))
    reach.tell(found, [f"{found['email']} is {found['role']} now."], [found["email"]])


@commands.command()
@shared
def remove(reach: Reach, email: Who) -> None:
    """
    They see nothing of the organization any more.

    Example: threadline user remove ann@example.com
    """
    found = reach.ask(lambda api: api.users.remove(email))
    told = f"{found['email']} sees nothing of the organization any more."
    reach.tell(found, [told], [found["email"]])


@commands.command()
@shared
def link(reach: Reach, email: Email, public_url: PublicUrl = None) -> None:
    """
    For somebody who cannot sign in: with the link they choose a new password.

    Only on the server's machine.

    Example: threadline user link ann@example.com
    """
    reach = replace(reach, public_url=public_url)
    found = reach.ask(lambda api: api.users.link(email))
    reach.tell(found, [found["link"]], [found["link"]])
    reach.warn(GIVE.format("an hour"))

"""threadline key: create, list, revoke."""

from __future__ import annotations

from typing import Annotated

import typer

from threadline.cli.reach import Reach, shared

commands = typer.Typer(help="Keys to the API.", no_args_is_help=True)

NONE_YET = "There is no key yet. `threadline key create NAME --scope read` makes one."
KEEP = "Keep it: it is not shown again."


@commands.command()
@shared
def create(
    reach: Reach,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who will use it.")],
    scope: Annotated[
        list[str],
        typer.Option("--scope", help="read, send, write or admin; may be given again."),
    ],
    expires: Annotated[
        str | None,
        typer.Option("--expires", metavar="TIME", help="Such as 2030-01-31T12:00:00Z."),
    ] = None,
) -> None:
    """
    A new key, printed this one time.

    Example: threadline key create crm --scope read --scope send
    """
    found = reach.ask(lambda api: api.keys.create(name, scope, expires_at=expires))
    reach.tell(found, [found["key"]], [found["key"]])
    reach.warn(KEEP)


@commands.command("list")
@shared
def list_(
    reach: Reach,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 1000,
) -> None:
    """
    Every key there is or was, with what it may do and when it was last used.

    Example: threadline key list
    """
    page = reach.ask(lambda api: api.keys.list(limit=limit))
    found = page["data"]
    lines = (
        f"{one['id']}  {one['state']}  {','.join(one['scopes'])}  {one['name']}  "
        f"{'used ' + one['used_at'] if one['used_at'] else 'never used'}"
        for one in found
    )
    reach.tell(found, lines if found else [NONE_YET], (one["id"] for one in found))


@commands.command()
@shared
def revoke(
    reach: Reach, id: Annotated[str, typer.Argument(metavar="ID", help="The key's id.")]
) -> None:
    """
    From now on it opens nothing.

    Example: threadline key revoke key_0123456789abcdef
    """
    found = reach.ask(lambda api: api.keys.revoke(id))
    reach.tell(found, [f"{found['id']} ({found['name']}) opens nothing any more."])

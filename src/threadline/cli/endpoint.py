"""threadline endpoint: list and describe."""

from __future__ import annotations

import typer

from threadline.cli.options import Address, Data, DatabaseUrl, Json, Organization, PublicUrl

commands = typer.Typer(help="Addresses on channels, joined to bots.", no_args_is_help=True)


@commands.command("list")
def list_(
    org: Organization,
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """The endpoints of an organization."""
    import orjson

    from threadline.cli.reach import call
    from threadline.settings import Settings

    settings = Settings.read(data=data, database_url=database_url)
    found = call(settings, "endpoint-list", organization=org)
    if as_json:
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    for one in found:
        names = (one["Address"], one["EngagementType"], one["Status"], one["Name"])
        print("  ".join(map(str, names)))
    if not found:
        print(f"{org} has no endpoints yet. Add one with `threadline apply FILE`.")


@commands.command()
def describe(
    address: Address,
    data: Data = None,
    database_url: DatabaseUrl = None,
    public_url: PublicUrl = None,
) -> None:
    """
    An endpoint's JSON as it was given, and the messaging endpoint to paste into Twilio.

    The JSON goes to the output, the messaging endpoint to standard error.
    """
    import orjson

    from threadline.cli.apply import show_urls
    from threadline.cli.reach import call
    from threadline.settings import Settings

    settings = Settings.read(data=data, database_url=database_url, public_url=public_url)
    found = call(settings, "endpoint-describe", address=address)
    print(orjson.dumps(found["endpoint"], option=orjson.OPT_INDENT_2).decode())
    show_urls(address, found, err=True)

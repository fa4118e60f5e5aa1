"""threadline endpoint: list, describe, check, types, create, replace, set, delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace as with_
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threadline.cli.apply import pasted
from threadline.cli.changing import Fields, File, merge_patch, name_in, send
from threadline.cli.options import Address, PublicUrl
from threadline.cli.reach import Reach, shared

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline

commands = typer.Typer(help="Addresses on channels, joined to bots.", no_args_is_help=True)

SIGNS = {"ok": "ok   ", "waiting": "...  ", "unknown": "?    ", "wrong": "WRONG"}
NONE_YET = "There are no endpoints yet. Add one with `threadline apply FILE`."


@commands.command("list")
@shared
def list_(
    reach: Reach,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 1000,
) -> None:
    """
    The endpoints of an organization.

    Example: threadline endpoint list
    """
    found = reach.ask(lambda api: api.endpoints.list(limit=limit))["data"]
    reach.tell(
        found,
        map(_line, found) if found else [NONE_YET],
        (one["Address"] for one in found),
    )


@commands.command()
@shared
def describe(reach: Reach, address: Address, public_url: PublicUrl = None) -> None:
    """
    An endpoint's JSON as it was given, and the messaging endpoint to paste into Twilio.

    The JSON goes to the output, the messaging endpoint to standard error.

    Example: threadline endpoint describe myorganization-twiliosms
    """
    import orjson

    reach = with_(reach, public_url=public_url)
    found = reach.ask(lambda api: api.endpoints.describe(address))
    document = found["endpoint"]
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    reach.tell(document, [text], [address])
    for line in pasted(address, found):
        reach.warn(line)


@commands.command()
@shared
def check(
    reach: Reach,
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="Only this one.")
    ] = None,
) -> None:
    """
    How an endpoint does: the steps of its set-up as they are observed, its sender, its queue.

    The provider is asked whether it takes the credentials, has the number, and calls us. Ends
    with 1 if something is wrong. Without an address all of them are told, in a line each.

    Example: threadline endpoint check myorganization-twiliosms
    """
    if address is None:
        every = reach.ask(lambda api: api.endpoints.overview(limit=1000))["data"]
        lines = map(_state, every) if every else [NONE_YET]
        reach.tell(every, lines, (one["endpoint"] for one in every))
        wrong = any(one["state"] == "wrong" for one in every)
    else:
        found = reach.ask(lambda api: api.endpoints.health(address))
        reach.tell(found, _checks(found), [found["state"]])
        wrong = found["state"] == "wrong"
    if wrong:
        raise typer.Exit(1)


@commands.command()
@shared
def types(reach: Reach) -> None:
    """
    The types that an endpoint may have, and what its EngagementConfig may say.

    Example: threadline endpoint types
    """
    found = reach.ask(lambda api: api.endpoints.channels(limit=1000))["data"]

    def lines() -> Iterator[str]:
        for one in found:
            yield f"{one['type']}  {one['label']}"
            yield from (f"    {field['name']}: {field['help']}" for field in one["fields"])

    reach.tell(found, lines(), (one["type"] for one in found))


@commands.command()
@shared
def create(reach: Reach, file: File, public_url: PublicUrl = None) -> None:
    """
    A new endpoint, made of a file such as this.

    \b
    Address: flowit-sms
    Name: MySms
    Status: online
    EngagementType: TwilioSms
    EngagementConfig: {Secret: "srn:vault::flowit:secretdoc:twiliokeys"}
    TargetBotReference: MySmsBot

    The secret and the bot have to be there: `threadline secret create --help` and `threadline
    bot create --help`. It prints what to paste into the Twilio console; `threadline serve` then
    takes the texts.

    Example: threadline endpoint create sms.yaml
    """
    reach = with_(reach, public_url=public_url)
    found = send(reach, file, lambda api, document: api.endpoints.create(document))
    _tell(reach, found)


@commands.command()
@shared
def replace(reach: Reach, file: File, public_url: PublicUrl = None) -> None:
    """
    Another document for the endpoint whose address is in the file.

    Example: threadline endpoint replace sms.yaml
    """

    async def put(api: AsyncThreadline, document: Any) -> Any:
        return await api.endpoints.replace(name_in(document, "Address"), document)

    reach = with_(reach, public_url=public_url)
    _tell(reach, send(reach, file, put))


@commands.command("set")
@shared
def set_(reach: Reach, address: Address, fields: Fields) -> None:
    """
    Other values for some fields of an endpoint; the rest of it stays.

    Example: threadline endpoint set myorganization-twiliosms Status=offline
    """
    patch = merge_patch(fields)
    found = reach.ask(lambda api: api.endpoints.change(address, patch))
    reach.tell(found["endpoint"], [_line(found["endpoint"])], [address])


@commands.command()
@shared
def delete(reach: Reach, address: Address) -> None:
    """
    Delete an endpoint that nobody ever texted. One with a history is set offline instead.

    Example: threadline endpoint delete myorganization-twiliosms
    """
    found = reach.ask(lambda api: api.endpoints.delete(address))
    reach.tell(found["endpoint"], [f"{address} is deleted."], [address])


def _state(one: Mapping[str, Any]) -> str:
    wrong = [part for part in (*one["steps"], *one["parts"]) if part["state"] == "wrong"]
    why = f"  {wrong[0]['message']}" if wrong else ""
    return f"{one['endpoint']}  {one['status']}  {one['state']}{why}"


def _checks(found: Mapping[str, Any]) -> Iterator[str]:
    for one in (*found["steps"], *found["parts"]):
        at = f" ({one['observed_at']})" if one["observed_at"] else ""
        yield f"{SIGNS[one['state']]} {one['title']}: {one['message']}{at}"
        for more in filter(None, (one["mend"], one["value"])):
            yield f"      {more}"


def _tell(reach: Reach, found: Mapping[str, Any]) -> None:
    address = found["endpoint"]["Address"]

    def lines() -> Iterator[str]:
        yield _line(found["endpoint"])
        yield from pasted(address, found)

    reach.tell(found, lines(), [address])


def _line(one: Mapping[str, Any]) -> str:
    names = (one["Address"], one["EngagementType"], one["Status"], one["Name"])
    return "  ".join(map(str, names))

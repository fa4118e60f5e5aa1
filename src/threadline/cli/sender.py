"""threadline sender: list, pause, resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from threadline.cli.options import Address, Reason
from threadline.cli.reach import Reach, shared

commands = typer.Typer(help="Numbers and services, and how they go.", no_args_is_help=True)

NONE_YET = "There is no sender yet. `threadline apply FILE` brings an endpoint with one."


@commands.command("list")
@shared
def list_(
    reach: Reach,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 1000,
) -> None:
    """
    Which numbers send, how fast, which are paused and why, and what waits.

    Example: threadline sender list
    """
    found = reach.ask(lambda api: api.senders.list(limit=limit))["data"]
    lines = map(_line, found) if found else [NONE_YET]
    reach.tell(found, lines, (one["sender"] for one in found))


@commands.command()
@shared
def pause(reach: Reach, address: Address, reason: Reason) -> None:
    """
    Send nothing from an endpoint's number until it is resumed. What there is to send waits.

    Example: threadline sender pause flowit-sms --reason "the bot says nonsense"
    """
    found = reach.ask(lambda api: api.senders.pause(address, reason=reason))
    ends = f"`threadline sender resume {address}` ends that."
    reach.tell(found, [f"{found['sender']} is paused. {ends}"], [found["sender"]])


@commands.command()
@shared
def resume(reach: Reach, address: Address) -> None:
    """
    Send again from an endpoint's number, whatever it was paused for. What waits goes out.

    Example: threadline sender resume flowit-sms
    """
    found = reach.ask(lambda api: api.senders.resume(address))
    told = f"{found['sender']} was not paused."
    if found["was_paused"]:
        told = f"{found['sender']} sends again. It was paused: {found['why']}"
    reach.tell(found, [told, f"{found['waiting']} texts wait to go out."], [found["sender"]])


def _line(one: Mapping[str, Any]) -> str:
    users = ", ".join(one["endpoints"]) or "(no endpoint)"
    return f"{one['sender']}  {users}  {_pace(one)}  {_state(one)}  {_waiting(one)}"


def _pace(one: Mapping[str, Any]) -> str:
    pace = one["segments_per_second"]
    return "as fast as it goes" if pace is None else f"{pace:g} segments a second"


def _state(one: Mapping[str, Any]) -> str:
    until = f" until {one['until']}" if one["until"] else ""
    why = f" ({one['why']})" if one["why"] else ""
    return f"{one['state']}{until}{why}"


def _waiting(one: Mapping[str, Any]) -> str:
    if not one["waiting"]:
        return "nothing waits"
    return f"{one['waiting']} wait, the oldest since {one['oldest']}"

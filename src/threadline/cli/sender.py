"""threadline sender: list, pause, resume."""

from __future__ import annotations

from typing import Any

import typer

from threadline.cli.asking import ask, print_json
from threadline.cli.options import Address, Data, DatabaseUrl, Json, Organization, Reason

commands = typer.Typer(help="Numbers and services, and how they go.", no_args_is_help=True)


@commands.command("list")
def list_(
    org: Organization,
    as_json: Json = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """
    Which numbers send, how fast, which are paused and why, and what waits.

    Example: threadline sender list --org flowit
    """
    found = ask(data, database_url, "sender-list", organization=org)
    if as_json:
        print_json(found)
        return
    for one in found:
        users = ", ".join(one["endpoints"]) or "(no endpoint)"
        print(f"{one['sender']}  {users}  {_pace(one)}  {_state(one)}  {_waiting(one)}")
    if not found:
        print(f"{org} has no senders yet. `threadline apply FILE` brings an endpoint.")


@commands.command()
def pause(
    address: Address, reason: Reason, data: Data = None, database_url: DatabaseUrl = None
) -> None:
    """
    Send nothing from an endpoint's number until it is resumed. What there is to send waits.

    Example: threadline sender pause flowit-sms --reason "the bot says nonsense"
    """
    said = {"endpoint": address, "reason": reason}
    found = ask(data, database_url, "sender-pause", **said)
    print(f"{found['sender']} is paused. `threadline sender resume {address}` ends that.")


@commands.command()
def resume(address: Address, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """
    Send again from an endpoint's number, whatever it was paused for. What waits goes out.

    Example: threadline sender resume flowit-sms
    """
    found = ask(data, database_url, "sender-resume", endpoint=address)
    if found["was_paused"]:
        print(f"{found['sender']} sends again. It was paused: {found['why']}")
    else:
        print(f"{found['sender']} was not paused.")
    print(f"{found['waiting']} texts wait to go out.")


def _pace(one: dict[str, Any]) -> str:
    pace = one["segments_per_second"]
    return "as fast as it goes" if pace is None else f"{pace:g} segments a second"


def _state(one: dict[str, Any]) -> str:
    until = f" until {one['until']}" if one["until"] else ""
    why = f" ({one['why']})" if one["why"] else ""
    return f"{one['state']}{until}{why}"


def _waiting(one: dict[str, Any]) -> str:
    if not one["waiting"]:
        return "nothing waits"
    return f"{one['waiting']} wait, the oldest since {one['oldest']}"

"""threadline overview: how it all goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from threadline.cli.reach import Reach, shared

BARS = "▁▂▃▄▅▆▇█"
ROWS = 24
"""Bars in a line of the chart."""


@shared
def overview(
    reach: Reach,
    hours: Annotated[
        int, typer.Option(min=1, max=744, help="Of how many hours texts are shown.")
    ] = 24,
) -> None:
    """
    Whether everything is all right: texts by the hour, failures, and what waits.

    Example: threadline overview --hours 168
    """
    found = reach.ask(lambda api: api.overview.show(hours=hours))
    reach.tell(found, _lines(found))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    last = found["hours"]
    yield f"Texts in {len(last)} hours: {found['received']} received, {found['sent']} sent."
    for n in range(0, len(last), ROWS):
        some = last[n : n + ROWS]
        most = max((_in(one) for one in last), default=0)
        out = max((_out(one) for one in last), default=0)
        yield f"{some[0]['hour'][:16]}  in  {bars([_in(one) for one in some], most)}"
        yield f"{'':16}  out {bars([_out(one) for one in some], out)}"
    for one in found["failures"]:
        code = f" (code {one['code']})" if one["code"] else ""
        yield f"{one['texts']} failed{code}: {one['meaning']}"
    for one in found["queues"]:
        yield f"{one['texts']} wait at {one['endpoint']}, the oldest since {one['oldest']}."
    yield from _standing(found)


def _standing(found: Mapping[str, Any]) -> Iterator[str]:
    told = (
        ("parked", "texts were put aside: `threadline message list`."),
        ("unknown", "texts are being looked up: `threadline message list --state unknown`."),
        ("flagged", "conversations are flagged: `threadline conversation list --flagged`."),
        ("taken_over", "conversations are taken over by an operator."),
    )
    stands = [f"{found[name]} {what}" for name, what in told if found[name]]
    yield from stands
    if not stands and not found["failures"] and not found["queues"]:
        yield "Nothing failed in the last day, and nothing waits."


def _in(one: Mapping[str, Any]) -> int:
    return int(one["received"])


def _out(one: Mapping[str, Any]) -> int:
    return int(one["by_bot"] + one["by_operator"])


def bars(values: Sequence[int], most: int) -> str:
    """One sign for each, none is a dot; the highest is full. Pure."""
    return "".join(
        BARS[min(len(BARS) - 1, one * len(BARS) // (most + 1))] if one else "·"
        for one in values
    )

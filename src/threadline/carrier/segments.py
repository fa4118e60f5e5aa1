"""How many segments a text takes on the air: GSM-7 if every character allows it, else UCS-2."""

from __future__ import annotations

from collections.abc import Sequence

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")


def count(body: str) -> int:
    """Pure. A text without any character is one segment."""
    if BASIC.issuperset(body):
        return _parts([1] * len(body), single=160, joined=153)
    if (BASIC | EXTENDED).issuperset(body):
        return _parts([2 if one in EXTENDED else 1 for one in body], single=160, joined=153)
    return _parts([2 if ord(one) > 0xFFFF else 1 for one in body], single=70, joined=67)


def units(body: str) -> int:
    """What the limit of 1600 counts: UTF-16 code units. Pure."""
    return len(body) + sum(ord(one) > 0xFFFF for one in body)


def _parts(sizes: Sequence[int], *, single: int, joined: int) -> int:
    """A character of two units is never split over two parts."""
    if sum(sizes) <= single:
        return 1
    parts, room = 1, joined
    for size in sizes:
        if size > room:
            parts, room = parts + 1, joined
        room -= size
    return parts

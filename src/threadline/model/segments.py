"""
How many segments a text takes on the air.

GSM-7 if every character allows it, else UCS-2, counted like Twilio's own calculator: what
belongs together (an extension pair, a surrogate pair, an emoji with its skin tone) is never
split over two segments.
https://github.com/TwilioDevEd/message-segment-calculator
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from unicodedata import category

_BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà"
_EXTENDED = r"\^{}\\\[~\]|€" + "\f"
_ESCAPE = "\x1b"  # comes before an extended character on the air; in no text of its own

_ONE_SEGMENT = re.compile(f"[{_BASIC}]{{0,160}}+")
_GSM = re.compile(f"[{_BASIC}{_EXTENDED}]*+")
_TO_ESCAPE = re.compile(f"([{_EXTENDED}])")

_MARKS = frozenset({"Mn", "Me", "Mc"})
_PICTURES = frozenset({"So", "Sm", "Cn"})  # Cn: emoji that are younger than our tables
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Segments:
    """
    The segments of one text: in each, how many septets (GSM-7) or UTF-16 code units (UCS-2)
    of the text there are. The headers that join them are not counted.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    parts: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.parts)


def count(text: str) -> int:
    """How many segments are charged and paced; 1 for a text without any character. Pure."""
    if _ONE_SEGMENT.fullmatch(text):
        return 1
    return measure(text).count


def measure(text: str) -> Segments:
    """How a text is laid out on the air. Pure."""
    if _GSM.fullmatch(text):
        return Segments("GSM-7", tuple(_septets(text)))
    return Segments("UCS-2", tuple(_wide(text)))


def units(text: str) -> int:
    """What Twilio's limit of 1600 counts: UTF-16 code units. Pure."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, start: int, room: int) -> int:
    """
    Where to end a piece that begins at `start`, which must not be within a cluster: it takes
    at most `room` units, 2 or more, and breaks no cluster but one that is longer than that.
    Pure.
    """
    end = start + room
    while (over := units(text[start:end]) - room) > 0:
        end = min(end, len(text)) - (over + 1) // 2  # no character has more than two units
    if end >= len(text):
        return len(text)
    whole = end
    while whole > start and _joined(text, start, whole):
        whole -= 1
    return end if whole == start else whole


def _septets(text: str) -> list[int]:
    escaped = _TO_ESCAPE.sub(_ESCAPE + r"\1", text)
    if len(escaped) <= 160:
        return [len(escaped)]
    parts, start = [], 0
    while start < len(escaped):
        end = min(start + 153, len(escaped))
        if escaped[end - 1] == _ESCAPE:
            end -= 1
        parts.append(end - start)
        start = end
    return parts


def _wide(text: str) -> list[int]:
    if (all_of_it := units(text)) <= 70:
        return [all_of_it]
    parts, start = [], 0
    while start < len(text):
        end = fitting(text, start, 67)
        parts.append(units(text[start:end]))
        start = end
    return parts


def _joined(text: str, start: int, at: int) -> bool:
    """
    Whether the characters before and after `at` are of one cluster; `start` is the beginning
    of some cluster before. The rules of UAX 29 that matter to phones: marks and modifiers,
    pictures that are joined to one, flags, Hangul.
    """
    left, right = text[at - 1], text[at]
    if right < "\u0300":
        return False
    if _extends(right):
        return left not in "\r\n" and category(left) != "Cc"
    if left == _JOINER:
        return category(right) in _PICTURES
    if _is_flag(right):
        before = at
        while before > start and _is_flag(text[before - 1]):
            before -= 1
        return (at - before) % 2 == 1
    if "\udc00" <= right <= "\udfff":
        return "\ud800" <= left <= "\udbff"
    return _is_syllable(left, right)


def _extends(one: str) -> bool:
    return (
        category(one) in _MARKS
        or one in "\u0e33\u0eb3\u200c\u200d\uff9e\uff9f"
        or "\U0001f3fb" <= one <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= one <= "\U000e007f"  # tags, as in the flag of Scotland
    )


def _is_flag(one: str) -> bool:
    return "\U0001f1e6" <= one <= "\U0001f1ff"


def _is_syllable(left: str, right: str) -> bool:
    """Whether two pieces of Hangul (leading, vowel, trailing, whole) are read as one."""
    match _hangul(left), _hangul(right):
        case ("L", "L" | "V" | "LV" | "LVT") | ("LV" | "V", "V" | "T") | ("LVT" | "T", "T"):
            return True
    return False


def _hangul(one: str) -> str:
    if "\uac00" <= one <= "\ud7a3":
        return "LVT" if (ord(one) - 0xAC00) % 28 else "LV"
    if "\u1100" <= one <= "\u115f" or "\ua960" <= one <= "\ua97c":
        return "L"
    if "\u1160" <= one <= "\u11a7" or "\ud7b0" <= one <= "\ud7c6":
        return "V"
    if "\u11a8" <= one <= "\u11ff" or "\ud7cb" <= one <= "\ud7fb":
        return "T"
    return ""

"""
What an Input takes for an answer: a number, a date, an address, or what a pattern fits.

Each is pure, and tells what was meant by what somebody typed on a phone, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dateutil import parser

from threadline.bots.flow.patterns import LENGTH
from threadline.model import phone
from threadline.model.choices import Choice, number_in, plain, understood

LONGEST = 60
"""No number, date or phone number has more characters."""

_DECIMAL = re.compile(r"([+-]?)([0-9]{1,15})(?:[.,]([0-9]{1,6}))?")
_THOUSANDS = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,6}))?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = (datetime(2000, 1, 1), datetime(2004, 2, 2))
"""What is the same whichever of them it is counted from was said; the rest was not."""
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_NEAR = {"today": 0, "tomorrow": 1, "yesterday": -1}
_MONTH_FIRST = ("US",)
_EMAIL = re.compile(
    r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.][^@\s\x00-\x1f]{0,180}\.[a-z0-9-]{2,63}"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A text, when it came (microseconds), and who wrote it, by whose country they write."""

    text: str
    at: int
    contact: str


Read = Callable[[Heard], Any]


def number(heard: Heard) -> int | float | None:
    """`1.5` and `1,5` are one and a half, `1,000` is a thousand, `two` is 2."""
    said = plain(heard.text)
    if len(said) > LONGEST:
        return None
    found = _THOUSANDS.fullmatch(said) or _DECIMAL.fullmatch(said)
    if found is None:
        return number_in(said)
    sign, whole, part = found[1], found[2].replace(",", ""), found[3]
    return float(f"{sign}{whole}.{part}") if part else int(f"{sign}{whole}")


def day(heard: Heard) -> str | None:
    """
    As `2026-05-04`. A day of the week is the next one, today included, and a date without a
    year is the next one too. `3/4` is in March where the contact's country writes it so.
    """
    said = plain(heard.text)
    today = datetime.fromtimestamp(heard.at / 1_000_000, UTC).date()
    if said in _NEAR:
        return (today + timedelta(days=_NEAR[said])).isoformat()
    for index, name in enumerate(_DAYS):
        if said in (name, name[:3]):
            return (today + timedelta(days=(index - today.weekday()) % 7)).isoformat()
    try:
        if _ISO.fullmatch(said):
            return date.fromisoformat(said).isoformat()
        found = _written(said, phone.region(heard.contact) in _MONTH_FIRST, today)
    except (ValueError, OverflowError):
        return None
    return None if found is None else found.isoformat()


def _written(said: str, month_first: bool, today: date) -> date | None:
    """A day and a month, perhaps a year, as one of many ways has it. Raises `ValueError`."""
    if len(said) > LONGEST:
        return None
    one, other = (parser.parse(said, default=year, dayfirst=not month_first) for year in _YEARS)
    if (one.month, one.day) != (other.month, other.day):
        return None
    if one.year == other.year:
        return one.date()
    years = range(today.year, today.year + 9)  # the next leap day is at most eight years away
    days = (made for year in years if (made := _day_of(year, one)) is not None)
    return next((made for made in days if made >= today), None)


def _day_of(year: int, found: datetime) -> date | None:
    try:
        return date(year, found.month, found.day)
    except ValueError:
        return None


def email(heard: Heard) -> str | None:
    """In small letters; blanks around it and a mark behind it do not matter."""
    said = heard.text.strip().rstrip(".,;!").lower()
    return said if _EMAIL.fullmatch(said) else None


def phone_number(heard: Heard) -> str | None:
    """In E.164; without a + it is read as in the contact's own country."""
    said = heard.text.strip()
    return None if len(said) > LONGEST else phone.read(said, phone.region(heard.contact))


ACCEPTS: Mapping[str, Read] = {
    "number": number,
    "date": day,
    "email": email,
    "phone": phone_number,
}
"""By the name that a flow calls it."""


@dataclass(frozen=True, slots=True)
class Between:
    """A number within bounds; None = none."""

    least: float | None
    most: float | None

    def __call__(self, heard: Heard) -> int | float | None:
        found = number(heard)
        if found is None or (self.least is not None and found < self.least):
            return None
        return None if self.most is not None and found > self.most else found


@dataclass(frozen=True, slots=True)
class Fits:
    """All of the text fits the pattern, which is in bounds (`patterns`)."""

    pattern: re.Pattern[str]

    def __call__(self, heard: Heard) -> str | None:
        said = heard.text.strip()
        return said if len(said) <= LENGTH and self.pattern.fullmatch(said) else None


@dataclass(frozen=True, slots=True)
class OneOf:
    """The title of one of them: by its title, its number, or with a slip."""

    choices: tuple[Choice, ...]

    def __call__(self, heard: Heard) -> str | None:
        found = understood(heard.text, self.choices)
        return None if found is None else found.title

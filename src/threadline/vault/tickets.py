"""Tickets: a few plain values that we hand out, signed, and know again."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from threadline.vault.keys import KeyRing


def signed(keys: KeyRing, purpose: str, values: list[Any]) -> str:
    """A text that can stand in a URL. A ticket for one `purpose` is none for another."""
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    mark = keys.fingerprint(text, f"ticket:{purpose}")
    return ".".join(_packed(one) for one in (text, mark))


def opened(keys: KeyRing, purpose: str, ticket: str) -> list[Any]:
    """The values. Raises `ValueError` for what we have not signed."""
    try:
        text, mark = (_unpacked(one) for one in ticket.split("."))
        known = keys.same(mark, text, f"ticket:{purpose}")
    except ValueError:
        known = False
    if not known:
        raise ValueError("This ticket is not ours.")
    values: list[Any] = json.loads(text)
    return values


def _packed(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpacked(text: str) -> str:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()

"""Text as it can be stored and sent."""

from __future__ import annotations

import re

_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def clean(text: str) -> str:
    """NUL and lone surrogates, which no text may carry, become U+FFFD. Pure."""
    if text.isascii() and "\0" not in text:
        return text
    whole = _PAIR.sub(_joined, text)
    return _IMPOSSIBLE.sub("\ufffd", whole)


def _joined(found: re.Match[str]) -> str:
    """Two halves that stand together are one character."""
    return found[0].encode("utf-16", "surrogatepass").decode("utf-16")

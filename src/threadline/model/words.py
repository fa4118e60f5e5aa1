"""What was said as words to find it by, however they are written. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from threadline.model.wording import told

LONGEST = 64
"""Characters of a word that are looked at."""
SHORTEST_BEGINNING = 3
"""Characters from which on a word that is being typed may be any that begins so."""

_PLAIN = re.compile(r"[a-z0-9]+")
_CHINESE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CHINESE}]|[^\W_{_CHINESE}]+")


def words(text: str) -> list[str]:
    """
    In their order, each once, in small letters and without accents; signs are between words.
    Where nothing is between words, as in Chinese, each character is one.
    """
    if text.isascii():
        found = _PLAIN.findall(text.lower())
    else:
        apart = unicodedata.normalize("NFKD", text.casefold())
        kept = (one for one in apart if not unicodedata.combining(one))
        found = _WORD.findall(unicodedata.normalize("NFKC", "".join(kept)))
    return list(dict.fromkeys(one[:LONGEST] for one in found))


def said(element: Mapping[str, Any]) -> str:
    """What a person would look for in an element of a timeline; empty in a record."""
    match element["type"]:
        case "message":
            return str(element["message"])
        case "media":
            return str(element.get("title", ""))
        case _:
            return told(element)


def fit(wanted: Iterable[str], there: Iterable[str]) -> bool:
    """Whether all of them are there; of the last its beginning is enough."""
    *whole, last = wanted
    known = set(there)
    if not known.issuperset(whole):
        return False
    return last in known or (is_beginning(last) and any(one.startswith(last) for one in known))


def is_beginning(word: str) -> bool:
    """Whether it is long enough to stand for all words that begin so."""
    return len(word) >= SHORTEST_BEGINNING

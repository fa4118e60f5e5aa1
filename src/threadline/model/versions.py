"""What a bot was, and what somebody is about to make of it, as the store keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Made:
    """
    How a version came to be: `by` whom, "" if that is not known, what they say of it, and the
    text that they wrote, "" if it came as a document.
    """

    by: str = ""
    note: str = ""
    source: str = ""


UNTOLD = Made()


@dataclass(frozen=True, slots=True)
class BotVersion:
    version: int
    made_at: int
    made: Made
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BotDraft:
    """
    The text as it was typed. `base_version` is the version that it was made of; `revision` is
    another one with every time it is saved, 0 = it was never.
    """

    organization: str
    name: str
    source: str
    base_version: int
    revision: int
    saved_at: int = 0
    saved_by: str = ""

"""The server itself."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class About(TypedDict):
    """A node."""

    version: str
    """Threadline's."""
    url: str
    """Where it is reached."""
    database: str
    """A mark that is the same for two nodes that were given the same database."""


class VaultRotated(TypedDict):
    """The keys of the vault, renewed."""

    added_key: str | None
    """The id of a new key in the key file; null = none was added."""
    resealed: int
    """How many secrets were sealed anew."""


class Finding(TypedDict):
    """Something that is not sound about the database."""

    code: str
    """Stable; the reference explains each."""
    path: str
    """Where: a table, a conversation, a text, a file."""
    message: str
    """What is wrong."""
    mend: str
    """What to do about it."""


class DatabaseCheck(TypedDict):
    """What was looked at in the database, and what was found."""

    engine: Literal["sqlite", "postgres"]
    """What keeps it."""
    step: int
    """The last step that its tables were brought up to; 0 = there are none."""
    newest: int
    """The last step that this version of Threadline knows."""
    findings: list[Finding]
    """Everything that is not sound; none = all is."""

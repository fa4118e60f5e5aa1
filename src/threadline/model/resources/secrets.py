"""Secrets: sealed credentials, named by their SRN."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict


class Secret(TypedDict):
    """All that is ever shown of a secret. Its value never is."""

    Alias: str
    """Its name in the organization: the last part of the SRN."""
    Srn: str
    """Its whole name, which endpoints and bots use."""
    Type: Literal["secretdoc", "secret"]
    """A document of texts, or one text."""
    Created: int
    """When it was made, in milliseconds since 1970."""
    Version: int
    """How often a value was stored: 1 = it was never replaced."""


class SecretCreate(TypedDict):
    """A secret that is to be kept."""

    Alias: str
    """Its name in the organization: letters, digits, dots, hyphens and underscores."""
    Type: NotRequired[str]
    """A secretdoc, which it is if this is left out, or a secret."""
    Template: NotRequired[str]
    """The form that the value has to fit, such as twilio; it says the type."""
    Value: Any
    """A text for a secret, fields with texts for a secretdoc. It never comes back."""


class SecretReplace(TypedDict):
    """Another value for a secret."""

    Value: Any
    """A text for a secret, fields with texts for a secretdoc. It never comes back."""

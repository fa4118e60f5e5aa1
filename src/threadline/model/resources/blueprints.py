"""Blueprints: bots to begin with."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict


class BlueprintParameter(TypedDict):
    """What somebody fills in."""

    name: str
    """Its name."""
    title: str
    """The same for people."""
    about: str
    """What to write there."""
    default: str
    """What it is if it is left out."""


class BlueprintLine(TypedDict):
    """A line of an example dialogue."""

    who: Literal["contact", "bot", "record"]
    """Who says it; a record is for the operator: a goal, or the end."""
    text: str
    """What is said."""


class Blueprint(TypedDict):
    """A bot to begin with."""

    name: str
    """Its name."""
    title: str
    """The same for people."""
    description: str
    """What it is for."""
    notes: str
    """What to do once it is made."""
    type: str
    """flow or http."""
    parameters: list[BlueprintParameter]
    """What is filled in."""
    dialogue: list[BlueprintLine]
    """How it talks."""
    document: dict[str, Any]
    """The bot, without a name, with all parameters at their defaults."""


class BlueprintUse(TypedDict):
    """A bot to be made of a blueprint."""

    name: str
    """The bot's name: letters, digits, dots, hyphens, underscores."""
    values: NotRequired[dict[str, str]]
    """What is filled in, by parameter; what is left out is the default."""

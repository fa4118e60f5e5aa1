"""Forms: what may be filled in, for whoever draws one."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict


class FieldShown(TypedDict):
    """Something to be filled in."""

    name: str
    """The way to it, with dots between its parts; empty = all of it."""
    label: str
    """Its name for people."""
    help: str
    """What it is for; code stands in backticks."""
    kind: str
    """text, paragraph, list, json, number, choice, switch, secret (never shown) or srn."""
    group: str
    """The heading that it stands below; empty = none."""
    default: Any
    """What holds if nothing is written; null = nothing does."""
    choices: dict[str, str]
    """The words to choose among, and what each means."""
    least: float | None
    """The least that a number may be."""
    most: float | None
    """The most that a number may be."""
    unit: str
    """What a number counts."""
    required: bool
    """Whether it has to be there."""
    example: str
    """How it may look; empty = no example."""


class SecretTemplate(TypedDict):
    """A form for the value of a secret."""

    name: str
    """What to write as Template."""
    label: str
    """Its name for people."""
    help: str
    """What such a secret is for."""
    type: str
    """secretdoc or secret."""
    fields: list[FieldShown]
    """What is to be filled in."""


class ChannelShown(TypedDict):
    """A way for endpoints to talk."""

    type: str
    """What to write as EngagementType."""
    label: str
    """Its name for people."""
    template: str
    """The template of the secret that it needs; empty = it needs none."""
    fields: list[FieldShown]
    """What may stand in its EngagementConfig."""

"""All that people declare: documents of organizations with secrets, bots and endpoints."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from threadline.model.resources.bots import BotDocument
from threadline.model.resources.endpoints import EndpointDocument, Pasted

Action = Literal["create", "change", "keep"]
Kind = Literal["organization", "secret", "bot", "endpoint"]


class SecretDocument(TypedDict):
    """A secret as it is declared."""

    Name: str
    """The alias: the last part of the SRN."""
    Type: NotRequired[Literal["secretdoc", "secret"]]
    """A document of texts, which it is if this is left out, or one text."""
    Value: Any
    """The value. It is sealed and never told again."""


class Document(TypedDict):
    """An organization. What it does not mention stays as it is."""

    Organization: str
    """Its short name, which stands in SRNs."""
    Title: NotRequired[str]
    """A name for people."""
    RetentionDays: NotRequired[int | None]
    """For how many days what was said is kept, 1 to 3650; null = for good."""
    Secrets: NotRequired[list[SecretDocument]]
    """What is sealed."""
    Bots: NotRequired[list[BotDocument]]
    """What answers."""
    Endpoints: NotRequired[list[EndpointDocument]]
    """Addresses on channels, joined to bots."""


class Exported(TypedDict):
    """What is true, as it can be applied elsewhere."""

    documents: list[Document]
    """
    One for each organization. A secret has {"FromEnv": "NAME"} for its value: `threadline
    apply` takes it of that variable.
    """


class Field(TypedDict):
    """A field that differs; a side on which it is missing is left out, and those of secrets."""

    path: str
    """The field, such as `EngagementConfig.Secret`."""
    old: NotRequired[Any]
    """What it was."""
    new: NotRequired[Any]
    """What it is now."""


class Changed(TypedDict):
    """What became of a thing."""

    action: Action
    """What was done."""
    kind: Kind
    """What kind of thing it is."""
    name: str
    """Its name, SRN or address."""
    organization: str
    """Whose it is."""
    fields: list[Field]
    """What is different, if it was there before."""


class Connected(Pasted):
    """Where an endpoint is reached."""

    address: str
    """The endpoint."""


class Applied(TypedDict):
    """What was done, or would be."""

    changes: list[Changed]
    """Everything that the documents mention, in their order."""
    applied: bool
    """False: it was a dry run."""
    endpoints: list[Connected]
    """What to paste into the provider's pages."""

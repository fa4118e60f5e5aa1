"""Endpoints: addresses on channels, joined to bots. Their documents are the documented ones."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict


class EndpointDocument(TypedDict):
    """An endpoint as it is declared. Fields that nobody here knows are kept."""

    Address: str
    """Stands in the webhook's URL; nobody else's is the same."""
    Name: str
    """A name for people."""
    Status: str
    """online, or offline: texts are kept and no bot is asked."""
    EngagementType: str
    """The channel: TwilioSms or Web."""
    EngagementConfig: NotRequired[dict[str, Any]]
    """What the channel needs, such as the SRN of a secret."""
    TargetBotReference: NotRequired[str]
    """The bot that answers."""
    InboundBotReference: NotRequired[str]
    """The bot for conversations that the contact starts, if it is not the target."""
    OutboundBotReference: NotRequired[str]
    """The bot for conversations that we start, if it is not the target."""
    AllowedDomains: NotRequired[list[str]]
    """For Web: sites that may show its messenger and talk to it; none = only this server."""
    Useragent: NotRequired[str]
    """Kept."""


class Pasted(TypedDict):
    """What the provider is told to call."""

    urls: dict[str, str]
    """Its messaging endpoints, by region; without regions the only one is at ""."""
    fallbacks: dict[str, str]
    """What goes beside each, for when that fails."""


class EndpointShown(Pasted):
    """An endpoint, and what to paste into the provider's pages."""

    endpoint: EndpointDocument
    """As it was given."""

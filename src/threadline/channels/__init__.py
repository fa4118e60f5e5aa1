"""
The channels this build knows, by the EngagementType that an endpoint names.

    twilio/   texts by SMS
    web       a visitor's page or script: every bot's default endpoint
    webhook/  an integration of somebody's own

To add one: copy the module that looks most like it, add a line to CHANNELS, and add a test
that brings samples to `tests/channels/contract.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from threadline.channels import twilio, web, webhook
from threadline.egress import Client
from threadline.errors import Problem
from threadline.model.endpoint import Endpoint
from threadline.model.engagement import Engagement
from threadline.model.fields import Field, Template
from threadline.model.messages import Discarded, Draft, Shown
from threadline.model.timeline import Element
from threadline.ports import Channel, Clock, SecretValue


class ChannelType(Protocol):
    """
    What a module in CHANNELS offers. `at` is the path of the document that is checked, as in
    `endpoints[0].`; the paths of problems begin with it.
    """

    label: str
    """Its name for people."""
    fields: tuple[Field, ...]
    """What may stand in the EngagementConfig of an endpoint, in the order of the form."""
    secret_fields: tuple[str, ...]
    """
    What the endpoint's secretdoc must have; "" is a secret that is one text. Empty: it needs no
    secret.
    """
    by_number: bool
    """Whether contacts text a number of ours."""
    reaches: Literal["provider", "user"]
    """Which client it is opened with: `user` if the URL is one that an organization wrote."""
    template: Template | None
    """The form of that secret."""

    def check(self, endpoint_document: Mapping[str, Any], at: str = "") -> list[Problem]:
        """What is wrong with the part of an endpoint that only this channel reads. Pure."""
        ...

    def check_secret(self, value: SecretValue, at: str = "") -> list[Problem]:
        """Everything that is wrong with a secret's value, never quoting it. Pure."""
        ...

    def render(
        self, element: Element, engagement: Engagement, number: int = 1
    ) -> Sequence[Draft] | Shown | Discarded:
        """As an endpoint with these settings says it, which needs no secret. Pure."""
        ...

    def route(
        self, endpoint_document: Mapping[str, Any], secret: SecretValue | None
    ) -> str | None:
        """What only one online endpoint may hold (None = nothing). Pure."""
        ...

    def pace(
        self, endpoint_document: Mapping[str, Any], secret: SecretValue | None
    ) -> float | None:
        """How many segments a second the sender may send (None = as it goes). Pure."""
        ...

    def open(
        self,
        endpoint: Endpoint,
        secret: SecretValue | None,
        *,
        client: Client,
        base_url: str,
        public_url: str,
        clock: Clock,
    ) -> Channel:
        """
        The endpoint's way to talk. `base_url` replaces the provider's own address unless it
        is empty; `public_url` is where providers reach us. Raises `Invalid`.
        """
        ...


CHANNELS: dict[str, ChannelType] = {
    "TwilioSms": twilio,
    "Web": web,
    "Webhook": webhook,
}

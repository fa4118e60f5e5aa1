"""
Every setting, from flags and the environment; the only module that reads the environment.

A setting `public_url` is `--public-url` where a command has the flag, and
`THREADLINE_PUBLIC_URL` everywhere; an empty variable is as none.
docs/reference/settings.md lists them all.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from threadline.errors import Invalid, Problem
from threadline.model.clock import seconds
from threadline.pipeline.retry import Waits

Seconds = Annotated[float, Field(ge=0, le=30 * 86_400)]
SecondsList = Annotated[tuple[Seconds, ...], NoDecode]
PREFIX = "THREADLINE_"


class Settings(BaseSettings):
    """What an operator can decide. Times are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True
    )

    data: Path = Field(Path("threadline-data"), description="Folder for everything kept.")
    database_url: str = Field(
        "",
        repr=False,  # it may have a password
        description="sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME. "
        "Empty: SQLite in the data folder.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 = a free one.")
    public_url: str = Field(
        "",
        description="How Twilio reaches this server, https://sms.example.com: signatures "
        "depend on it. Empty: http://HOST:PORT.",
    )
    region: str = Field("", description="Name of the region that this node is in.")
    regions: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description='Public URLs of all regions as JSON, {"eu-1": "https://eu.example.com"}.',
    )
    twilio_api_url: str = Field(
        "",
        description="Where Twilio's REST API is, if not at Twilio: the carrier in the demo.",
    )
    url: str = Field(
        "", description="A server elsewhere that commands talk to, https://sms.example.com."
    )
    api_key: SecretStr = Field(
        SecretStr(""), repr=False, description="The key with which commands talk to it."
    )
    org: str = Field(
        "", description="The organization that commands are about, where there are several."
    )
    vault_keys: SecretStr = Field(
        SecretStr(""),
        repr=False,
        description="Keys of the vault, ID:BASE64KEY,…; the first one seals. "
        "Empty: the file vault.keys in the data folder, made at the first start.",
    )
    allow_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Networks inside yours that bots may be in, 10.1.0.0/16,…. "
        "Without it only public addresses are called.",
    )
    python_bots: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Functions that bots of type python may be, shop.bots:answer,…; a module "
        "alone allows all that is in it.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged."
    )
    log_format: Literal["json", "console"] = Field("json", description="One line per event.")
    max_in_flight: int = Field(
        1000, ge=1, description="Webhooks taken at the same time; more are told to come again."
    )
    workers: int = Field(
        256, ge=1, description="Turns, and texts to send, in hand at the same time."
    )
    lease: Seconds = Field(60, gt=0, description="How long a node may be silent with its work.")
    poll: Seconds = Field(1, gt=0, description="How often to look for work without being told.")
    turn_retries: SecondsList = Field(
        (2, 5, 15, 60), description="Waits before a failed bot is asked again."
    )
    send_retries: SecondsList = Field(
        (1, 2, 5, 15, 60, 180, 600), description="Waits before a text is tried again."
    )
    paused: Seconds = Field(300, description="How long a sender pauses that is misconfigured.")
    unknown: Seconds = Field(
        60, description="Wait before each look at the provider's list for a lost text."
    )
    expiry: Seconds = Field(
        900,
        gt=0,
        description="Age at which an unsent answer is dropped, unless its endpoint "
        "has a ValidityPeriod.",
    )
    delivery: Seconds = Field(
        20,
        description="How long a text waits for the delivery of the one before, where "
        "OrderedDelivery is on.",
    )
    catch_up: Seconds = Field(
        300,
        description="How often the provider is asked for texts that did not reach us; "
        "0 = never.",
    )
    settled: Seconds = Field(
        60, description="Age of a text below which its webhook may still be on its way."
    )
    gate: Seconds = Field(
        60, description="How long nothing is sent after a downtime while it is being caught up."
    )
    requests: int = Field(
        100, ge=1, description="Requests to the provider at the same time, for each account."
    )
    api_rate: int = Field(
        50, ge=1, description="Requests a second to the API with one key, on each node."
    )
    secret_ttl: Seconds = Field(60, description="How long a revealed secret is remembered.")
    grace: Seconds = Field(25, description="Time to finish what is in hand when stopped.")

    _environment: dict[str, str] = PrivateAttr(default_factory=lambda: dict(os.environ))

    @field_validator(
        "allow_networks", "python_bots", "turn_retries", "send_retries", mode="before"
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("regions", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("regions")
    @classmethod
    def _check_regions(cls, value: dict[str, str]) -> dict[str, str]:
        return {name: _base(url) for name, url in value.items()}

    @field_validator("public_url", "twilio_api_url", "url")
    @classmethod
    def _check_base(cls, value: str) -> str:
        return _base(value) if value else value

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("no database that is known")
        return value

    @field_validator("allow_networks")
    @classmethod
    def _check_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one, strict=False)
        return value

    @classmethod
    def read(cls, **flags: Any) -> Settings:
        """
        Flags go before the environment; a flag that is None was not given. Raises `Invalid`
        with every setting that cannot be, by the name of its variable.
        """
        given = {name: value for name, value in flags.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as why:
            raise Invalid([_problem(error) for error in why.errors()]) from None

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data / 'threadline.db'}"

    @property
    def database_mark(self) -> str:
        """Tells one database from another, and nothing of its password."""
        return hashlib.sha256(self.database.encode()).hexdigest()[:16]

    @property
    def public(self) -> str:
        """How providers reach us, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def socket(self) -> Path:
        """Where a running server listens to its own command line."""
        return self.data / "threadline.sock"

    @property
    def waits(self) -> Waits:
        return Waits(
            lease=seconds(self.lease),
            poll=seconds(self.poll),
            turn=tuple(map(seconds, self.turn_retries)),
            send=tuple(map(seconds, self.send_retries)),
            paused=seconds(self.paused),
            unknown=seconds(self.unknown),
            expiry=seconds(self.expiry),
            delivery=seconds(self.delivery),
            catch_up=seconds(self.catch_up),
            settled=seconds(self.settled),
            gate=seconds(self.gate),
        )

    def variable(self, name: str) -> str | None:
        """A variable of the environment that a document names with FromEnv."""
        return self._environment.get(name)

    def misspelt(self) -> Iterator[tuple[str, str]]:
        """Variables that look like settings and are none, each with the one it is like."""
        known = [variable(name) for name in type(self).model_fields]
        for name in sorted(self._environment):
            if name.startswith(PREFIX) and name not in known:
                for near in get_close_matches(name, known, n=1, cutoff=0.8):
                    yield name, near


def variable(name: str) -> str:
    """The variable of a setting: `public_url` is THREADLINE_PUBLIC_URL."""
    return f"{PREFIX}{name.upper()}"


def _base(url: str) -> str:
    parts = urlsplit(url)
    usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    if not usable or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("no address that can be called, such as https://sms.example.com")
    return url


def _problem(error: Any) -> Problem:
    """Names the variable, and never quotes the value: it may be a password."""
    first, *rest = error["loc"]
    path = variable(str(first)) + "".join(f"[{one}]" for one in rest)
    message = str(error["msg"]).removeprefix("Value error, ")
    mend = Settings.model_fields[str(first)].description or ""
    return Problem("setting_invalid", path, f"It is wrong: {message}.", mend)

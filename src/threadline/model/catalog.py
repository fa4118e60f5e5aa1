"""What people change, as data: a list of these is made true at once or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threadline.model.rows import SecretRow
from threadline.model.srn import Srn
from threadline.model.versions import UNTOLD, BotDraft, Made


@dataclass(frozen=True, slots=True)
class Unchanged:
    """
    Nobody has changed the organization, or anything of its, since it was read at this
    revision; None = it was not there. What comes with this is made true only then.
    """

    organization: str
    revision: int | None


@dataclass(frozen=True, slots=True)
class SaveOrganization:
    name: str
    title: str = ""
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class SaveBot:
    """
    A new version, which was `made` so, unless its `content` is what it was and only its state
    changes.
    """

    organization: str
    document: Mapping[str, Any]
    content: bool = True
    made: Made = UNTOLD


@dataclass(frozen=True, slots=True)
class DeleteBot:
    organization: str
    name: str


@dataclass(frozen=True, slots=True)
class DropDraft:
    """It is published. Only as it was seen."""

    draft: BotDraft


@dataclass(frozen=True, slots=True)
class SaveEndpoint:
    """
    `route` is what only one online endpoint may hold: an account and a sender. `pace` is how
    long that sender takes for a segment, in microseconds; 0 = as fast as it goes.
    """

    organization: str
    document: Mapping[str, Any]
    route: str | None
    pace: int = 0


@dataclass(frozen=True, slots=True)
class DeleteEndpoint:
    """Only if nobody ever texted it."""

    organization: str
    address: str


@dataclass(frozen=True, slots=True)
class SaveSecret:
    """A new secret, or a new version of one."""

    row: SecretRow


@dataclass(frozen=True, slots=True)
class DeleteSecret:
    srn: str


@dataclass(frozen=True, slots=True)
class ResumeSenders:
    """What an organization's senders paused for was mended, so they try again."""

    organization: str


Step = (
    SaveOrganization
    | SaveBot
    | DeleteBot
    | DropDraft
    | SaveEndpoint
    | DeleteEndpoint
    | SaveSecret
    | DeleteSecret
    | ResumeSenders
)
Change = Unchanged | Step


def owner(change: Change) -> str:
    """The organization that a change is about. Pure."""
    match change:
        case SaveOrganization(name):
            return name
        case SaveSecret(row):
            return row.organization
        case DropDraft(draft):
            return draft.organization
        case DeleteSecret(srn):
            return Srn.parse(srn).organization
        case _:
            return change.organization

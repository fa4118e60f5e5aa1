"""What is listed beside every page, for who may go there."""

from __future__ import annotations

from dataclasses import dataclass

from threadline.model.people import Role
from threadline.web.portal.page import Visit


@dataclass(frozen=True, slots=True)
class Section:
    """`icon` is a symbol in templates/parts/icons.html; `key` goes there after `g`."""

    name: str
    title: str
    path: str
    icon: str
    key: str
    role: Role = "viewer"


SECTIONS = (
    Section("home", "Home", "/", "home", "h"),
    Section("conversations", "Conversations", "/conversations", "chat", "c"),
    Section("bots", "Bots", "/bots", "bot", "b"),
    Section("endpoints", "Endpoints", "/endpoints", "plug", "e"),
    Section("numbers", "Numbers", "/numbers", "hash", "n"),
    Section("secrets", "Secrets", "/secrets", "key", "s"),
    Section("optouts", "Opt-outs", "/opt-outs", "stop", "o"),
    Section("phone", "Phone", "/phone", "phone", "p", "operator"),
    Section("settings", "Settings", "/settings", "gear", "t"),
)


def sections(visit: Visit) -> tuple[Section, ...]:
    """Those that this visitor may open."""
    return tuple(one for one in SECTIONS if visit.may(one.role))

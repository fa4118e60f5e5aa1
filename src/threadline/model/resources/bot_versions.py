"""What bots were, the drafts of what they are to be, and a turn to try one with."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict

from threadline.model.resources.configuration import Field


class BotVersion(TypedDict):
    """What a bot said for a time."""

    version: int
    """Its number. They count from 1."""
    made_at: str
    """When it was published."""
    made_by: str
    """Who did that, such as a key's id; empty if that is not known."""
    note: str
    """What they said about it."""
    current: bool
    """Whether the bot still is that."""


class BotVersionShown(BotVersion):
    """A version with all of it."""

    document: dict[str, Any]
    """The bot as it was, without its State."""
    source: str
    """The same as a text: the one that it was published from, comments included, or YAML."""


class BotVersionsCompared(TypedDict):
    """What is different between two versions."""

    old: int
    """The one."""
    new: int
    """The other."""
    fields: list[Field]
    """Each field that differs."""
    text: str
    """The same line by line, as `diff -u` writes it."""


class BotRollBack(TypedDict):
    """Which version is to be again."""

    version: int
    """Its number."""
    note: NotRequired[str]
    """Why, for who reads it later."""


class BotProblem(TypedDict):
    """One thing that is wrong in a draft."""

    code: str
    """Stable; the reference explains each."""
    path: str
    """The field, such as `Flow.nodes.ask.next`."""
    message: str
    """What is wrong."""
    mend: str
    """What to do about it."""
    line: NotRequired[int]
    """The line of the text, counted from 1."""


class BotDraft(TypedDict):
    """What a bot is to be, as it was typed."""

    source: str
    """The text: YAML or JSON, right or wrong. If none was saved, that of the bot as it is."""
    base_version: int
    """The version that it was made of."""
    revision: int
    """How often it was saved; 0: there is no draft yet."""
    version: int
    """The version that the bot has. If it is another one, somebody published in between."""
    saved_at: str | None
    """When it was last saved."""
    saved_by: str
    """Who did that."""
    problems: list[BotProblem]
    """What has to be mended before it can be published."""


class BotDraftSave(TypedDict):
    """A draft to be kept, whatever is wrong with it."""

    source: str
    """The text, YAML or JSON."""
    base_version: NotRequired[int]
    """The version that it was made of: as before, or the bot's, if this is left out."""


class BotDraftPublish(TypedDict):
    """A draft is to be the bot."""

    note: NotRequired[str]
    """What is new in it, for who reads it later."""


class BotTry(TypedDict):
    """A text to try a bot with. Nothing is kept, and nobody is texted."""

    text: str
    """What a contact would write."""
    source: NotRequired[str]
    """The bot to try, as YAML or JSON; without it, the bot as it is."""
    state: NotRequired[Any]
    """What the turn before gave as `state`; left out, or null, a conversation begins."""


class BotTryStep(TypedDict):
    """A node that the flow went through."""

    node: str
    """Its name."""
    line: int | None
    """Its line in `source`, if there is one."""


class BotTried(TypedDict):
    """What a bot says to a text."""

    elements: list[Any]
    """What it said, as it would stand on the timeline."""
    state: dict[str, Any]
    """Give it back with the next text."""
    ended: bool
    """Whether it closed the session, so that the next text begins a new one."""
    steps: list[BotTryStep]
    """The nodes of a flow that it went through, in order."""
    error: str | None
    """Why it did not answer."""

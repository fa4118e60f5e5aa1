"""Conversations that were had, as tests of their bot."""

from __future__ import annotations

from typing import Any

from threadline.model import dialogue, recording
from threadline.model.clock import MINUTE, SECOND
from threadline.model.timeline import Element, Goal, MarkupInteraction, Note, Redacted, Text
from threadline.model.timeline import to_json as json_of


def entry(
    author: str, said: str | Element, session: int = 1, at: float = 0, **more: Any
) -> dict[str, Any]:
    """`at` is in seconds."""
    element = Text(said) if isinstance(said, str) else said
    return {
        "author": author,
        "element": json_of(element),
        "session": session,
        "at": int(at * SECOND),
        **more,
    }


def written(*entries: dict[str, Any], ended: bool = False) -> list[str]:
    return dialogue.write(recording.recorded(entries, 10, ended)).splitlines()


def test_what_was_said_is_the_dialogue():
    assert ["> hi", "Hello!", "Tea", "or coffee?", "> tea please", "[goal tea]"] == written(
        entry("contact", "hi"),
        entry("bot", "Hello!"),
        entry("bot", "Tea\nor coffee?"),
        entry("contact", "tea\nplease"),
        entry("bot", Goal("tea")),
    )


def test_a_choice_is_what_was_chosen():
    chosen = MarkupInteraction("list", "t", "Tea")

    assert ["> Tea", "Good choice."] == written(
        entry("contact", chosen), entry("bot", "Good choice.")
    )


def test_a_session_ends_where_the_bot_ended_it_or_where_time_did():
    assert ["> bye", "Bye!", "[end]", "> hi", "Hello!", "(31 minutes)", "> hm", "Hello!"] == (
        written(
            entry("contact", "bye"),
            entry("bot", "Bye!"),
            entry("contact", "hi", 2, 60),
            entry("bot", "Hello!", 2, 60),
            entry("contact", "hm", 3, 60 + 30.5 * MINUTE / SECOND),
            entry("bot", "Hello!", 3, 60 + 30.5 * MINUTE / SECOND),
        )
    )
    assert ["> bye", "Bye!", "[end]"] == written(
        entry("contact", "bye"), entry("bot", "Bye!"), ended=True
    )


def test_a_bot_that_was_woken_is_waited_for():
    assert ["> hi", "Your name?", "(300 seconds)", "Are you there?"] == written(
        entry("contact", "hi"),
        entry("bot", "Your name?", at=1),
        entry("bot", "Are you there?", at=301),
    )


def test_a_bot_that_took_its_time_is_not():
    assert ["> hi", "Here I am."] == written(
        entry("contact", "hi"), entry("bot", "Here I am.", at=300)
    )


def test_what_the_bot_was_not_asked_is_left_out():
    assert ["> hi", "Hello!", "> one more", "Yes?"] == written(
        entry("bot", "Nobody has texted yet."),
        entry("contact", "hi"),
        entry("bot", "Hello!"),
        entry("system", Note("Ann has taken over.")),
        entry("contact", "a person please"),
        entry("operator", "I am Ann."),
        entry("contact", Redacted("Ann", "2030-01-02T12:30:00Z")),
        entry("bot", "Redacted, too."),
        entry("contact", "one more"),
        entry("bot", "Yes?"),
        entry("bot", Note("not said")),
    )


def test_silence_is_an_answer():
    assert ["> hi", "> hello?", "Hello!"] == written(
        entry("contact", "hi"), entry("contact", "hello?"), entry("bot", "Hello!")
    )

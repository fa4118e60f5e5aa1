"""Sessions, first texts and texts that are put aside: what a turn is, and what follows it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.bots.server import Asked, serving
from tests.pipeline.samples import NOON, claimed, endpoint
from tests.world import TEA, Account, document, flow_bot, world
from threadline.errors import BotRefused
from threadline.model import policy as policies
from threadline.model.clock import MINUTE
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Discarded, Draft
from threadline.model.policy import Policy
from threadline.model.rows import Session
from threadline.model.timeline import Element, Note, Text
from threadline.model.turn import Reply
from threadline.pipeline import turns

OPEN = Session(3, True, "MySmsBot", NOON - 5 * MINUTE, NOON)


def policy(idle: Any = None, longest: Any = None) -> Endpoint:
    user = {} if idle is None else {"expireOnInactivityInMinutes": idle}
    whole = {} if longest is None else {"maxDurationInMinutes": longest}
    return endpoint(Policy={"userSession": user, "conversation": whole})


@pytest.mark.parametrize(
    ("session", "after", "where", "number"),
    [
        (Session(), 0, endpoint(), 1),
        (OPEN, 0, endpoint(), 3),
        (OPEN, 9.9, endpoint(), 3),
        (OPEN, 10.1, endpoint(), 4),
        (Session(3, False, "MySmsBot", NOON, NOON), 1, endpoint(), 4),
        (OPEN, 29, policy(idle=30), 3),
        (OPEN, 31, policy(idle=30), 4),
        (OPEN, 2, policy(idle=1), 4),
        (OPEN, 4, policy(longest=10), 3),
        (OPEN, 6, policy(longest=10), 4),
        (OPEN, 9, policy(longest="ten"), 3),
        (OPEN, 11, policy(idle=0), 4),
        (OPEN, 9, policy(idle=True), 3),
    ],
)
def test_which_session_a_text_belongs_to(
    session: Session, after: float, where: Endpoint, number: int
):
    text = claimed(session, after=after)

    found = turns.begin(text, where)

    assert (number, True, "MySmsBot") == (found.number, found.open, found.bot)
    assert text.received_at == found.seen
    assert (session.since if number == session.number else text.received_at) == found.since


def test_a_turn_that_is_asked_again_belongs_to_the_same_session():
    first = turns.begin(claimed(OPEN, after=11), endpoint())
    again = turns.begin(claimed(OPEN, after=11, attempts=2), endpoint())

    assert first == again


def test_a_session_stays_with_its_bot_and_a_new_one_has_the_inbound_bot():
    document = {**endpoint().document, "InboundBotReference": "Reception"}
    where = Endpoint(1, "flowit", document)

    assert "MySmsBot" == turns.begin(claimed(OPEN), where).bot
    assert "Reception" == turns.begin(claimed(OPEN, after=11), where).bot


def test_a_session_that_the_bot_ends_is_closed_and_forgets_its_state_but_not_its_context():
    reply = Reply((), {"at": "ask"}, {"name": "Ann"}, ended=True)

    done = turns.finish(claimed(OPEN), [], reply, OPEN, NOON)

    assert (False, {}, {"name": "Ann"}) == (done.session.open, done.state, done.context)


def test_a_session_lasts_as_long_as_its_bot_has_said_and_the_bot_does_not_see_that():
    patient = Reply((), {"at": "ask"}, policy=Policy(session_minutes=120))
    first = turns.finish(claimed(OPEN), [], patient, OPEN, NOON)
    later = dataclasses.replace(claimed(OPEN, after=90), state=first.state)
    second = turns.finish(later, [], Reply((), {"at": "next"}), OPEN, NOON)
    much_later = dataclasses.replace(claimed(OPEN, after=130), state=second.state)

    assert 3 == turns.begin(later, endpoint()).number
    assert ({"at": "next"}, Policy(120)) == policies.apart(second.state)
    assert 4 == turns.begin(much_later, endpoint()).number


def test_what_a_bot_has_said_about_a_session_is_not_so_in_the_next_one():
    patient = Reply((), {"at": "ask"}, policy=Policy(session_minutes=120))
    first = turns.finish(claimed(OPEN), [], patient, OPEN, NOON)
    new = dataclasses.replace(OPEN, number=4)
    late = dataclasses.replace(claimed(OPEN, after=130), state=first.state)
    second = turns.finish(late, [], Reply((), {"at": "ask"}), new, NOON)

    assert {"at": "ask"} == second.state


class Speaks:
    """Renders texts only."""

    def render(self, element: Element, number: int = 1) -> tuple[Draft, ...] | Discarded:
        return (Draft(element.text),) if isinstance(element, Text) else Discarded("No words.")


def away(session: Session, after: float = 0, **config: Any) -> tuple[Session, list[str], Any]:
    text, why = claimed(session, after=after), Note("Offline.", "offline")
    done = turns.away(text, endpoint("offline", **config), Speaks(), why, NOON)  # type: ignore[arg-type]
    said = [one.draft.text for one in done.said if one.draft]
    return done.session, said, done.state


def test_people_are_told_once_a_session_that_nobody_is_there():
    message = {"AwayMessage": "Back at nine."}

    first, said, _state = away(Session(), **message)
    second, nothing, _state = away(first, after=5, **message)
    third, again, _state = away(second, after=16, **message)

    assert [["Back at nine."], [], ["Back at nine."]] == [said, nothing, again]
    assert [1, 1, 2] == [first.number, second.number, third.number]


def test_without_a_message_for_it_nobody_is_told_and_the_session_waits():
    assert (OPEN, [], {"at": "ask"}) == away(OPEN)


def test_a_session_that_is_interrupted_keeps_its_place_and_its_bot():
    session, said, state = away(OPEN, after=1, AwayMessage="Back at nine.")

    assert (["Back at nine."], {"at": "ask"}) == (said, state)
    assert (3, "MySmsBot") == (session.number, session.bot)


def test_a_text_that_is_put_aside_leaves_everything_as_it_was():
    text = claimed(OPEN)
    where = endpoint(ErrorMessage="Sorry.")

    done = turns.park(text, where, Speaks(), BotRefused("It is broken."), NOON)  # type: ignore[arg-type]

    assert done.parked
    assert (text.session, text.state, text.context) == (done.session, done.state, done.context)
    note, sorry = done.said
    assert Note("It is broken. This text was put aside unanswered.", "parked") == note.element
    assert ("system", Draft("Sorry.")) == (sorry.author, sorry.draft)


async def test_the_first_text_begins_the_flow_and_answers_nothing(tmp_path: Path):
    async with world(tmp_path, f"sqlite:///{tmp_path}/threadline.db") as here:
        await here.apply(document(Account(), flow_bot(TEA)))

        await here.text("tea")
        greeting = ["Hello!", "Tea or coffee?"]
        assert greeting == await here.until(here.received, greeting)
        await here.text("tea")

        assert [*greeting, "Good choice."] == await here.until(
            here.received, [*greeting, "Good choice."]
        )


async def test_where_the_endpoint_says_so_the_first_text_is_an_answer(tmp_path: Path):
    async with world(tmp_path, f"sqlite:///{tmp_path}/threadline.db") as here:
        await here.apply(
            document(Account(), flow_bot(TEA), config={"FirstMessage": "utterance"})
        )

        await here.text("tea")

        expected = ["Hello!", "Good choice."]
        assert expected == await here.until(here.received, expected)


async def test_a_later_session_begins_anew_and_keeps_its_context(tmp_path: Path):
    asked: list[Any] = []

    def answering(question: Asked) -> JSONResponse:
        asked.append(question.turn)
        end = question.turn["text"] == "bye"
        found = {"messages": ["ok"], "state": {"n": len(asked)}, "context": {"met": True}}
        return JSONResponse({**found, "end": end})

    bot = {"Name": "Theirs", "Type": "http", "Url": serving(answering)}
    async with world(tmp_path, f"sqlite:///{tmp_path}/threadline.db") as here:
        await here.apply(document(Account(), bot))

        for text in ("hi", "bye", "hi again"):
            await here.text(text)

        assert ["ok"] * 3 == await here.until(here.received, ["ok"] * 3)
        assert [True, False, True] == [turn["first"] for turn in asked]
        assert [{}, {"n": 1}, {}] == [turn["state"] for turn in asked]
        assert [{}, {"met": True}, {"met": True}] == [turn["context"] for turn in asked]
        sessions = [turn["session"].rpartition("-")[2] for turn in asked]
        assert ["1", "1", "2"] == sessions

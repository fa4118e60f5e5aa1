"""An operator ends a session: the next text begins anew, and nothing else is lost."""

from __future__ import annotations

import dataclasses

import pytest

from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import ANN, BOB, answer
from tests.world import ADDRESS
from threadline.app import App
from threadline.errors import NotFound
from threadline.model.rows import Claimed
from threadline.operations import conversations
from threadline.pipeline.turns import begin


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


async def end(here: Texting, contact: str = ANN) -> list[str]:
    found = await conversations.end(here.app, endpoint=ADDRESS, contact=contact)
    return found["sessions"]


async def is_open(here: Texting) -> list[tuple[str, bool]]:
    listed = await conversations.list_(here.app, organization=ORG)
    return sorted((one["contact"], one["session_open"]) for one in listed["data"])


def session(here: Texting, claimed: Claimed) -> int:
    return begin(claimed, here.endpoint).number


async def test_the_next_text_begins_a_new_session_with_nothing_of_the_old(here: Texting):
    await here.answered("Tea or coffee?")
    ended = await end(here, "+1 (555) 010-0001")
    await here.text("tea")
    claimed = await here.claim()

    assert ["1-1"] == ended
    assert (2, {}) == (session(here, claimed), claimed.state)


async def test_without_it_the_session_goes_on(here: Texting):
    await here.answered("Tea or coffee?")
    await here.text("tea")
    claimed = await here.claim()

    assert (1, {"at": "x"}) == (session(here, claimed), claimed.state)


async def test_what_the_contact_is_known_by_outlives_it(here: Texting):
    await here.text("I am Ann")
    finished = answer(await here.claim(), "Hello, Ann!")
    finished = dataclasses.replace(finished, context={"name": "Ann"})
    await here.app.store.finish_turns([finished])
    await end(here)
    await here.text("hi")

    assert {"name": "Ann"} == (await here.claim()).context


async def test_it_stands_on_the_timeline(here: Texting):
    await here.answered("Tea or coffee?")
    await end(here)

    assert ["An operator ended the session. The next text begins a new one."] == (
        await here.notes()
    )


async def test_what_waits_to_be_sent_is_still_sent(here: Texting):
    await here.answered("one", "two")
    await end(here)

    assert ["one"] == await here.goes()


async def test_a_text_that_the_bot_is_asked_about_begins_the_new_session(here: Texting):
    await here.answered("Tea or coffee?")
    await here.text("tea")
    held = await here.claim()
    await end(here)
    [late] = await here.app.store.finish_turns([answer(held, "Good choice.")])
    again = await here.claim()

    assert not late.ours
    assert ("tea", 1, 2) == (again.text, again.attempts, session(here, again))
    assert ["Tea or coffee?"] == [text for text, _status in await here.said()]


async def test_only_the_one_that_was_named_ends(here: Texting):
    await here.answered("hello")
    await here.answered("hello", contact=BOB)
    await end(here)

    assert [(ANN, False), (BOB, True)] == await is_open(here)


async def test_what_has_ended_cannot_be_ended_again(here: Texting):
    await here.answered("hello")
    await end(here)
    with pytest.raises(NotFound, match="has no open session"):
        await end(here)

    assert 1 == len(await here.notes())


async def test_who_never_wrote_has_nothing_to_end(here: Texting):
    with pytest.raises(NotFound, match="Nothing was said between"):
        await end(here, BOB)

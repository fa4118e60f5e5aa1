"""A long list of texts in small pages: nothing is skipped, nothing is told twice."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.texting import ORG, Texting, texting
from threadline.app import App
from threadline.errors import Invalid
from threadline.model.rows import Postponed
from threadline.model.timeline import Note
from threadline.operations import messages

STATES = ("parked", "failed", "unknown", "waiting")


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


def person(n: int) -> str:
    return f"+1555010{n:04}"


async def fill(here: Texting, clock: Calendar, count: int = 40) -> None:
    """Texts of either side in every state, many of them in the same microsecond."""
    chance = random.Random(7)
    for n in range(count):
        what = chance.choice(["failed", "unknown", "parked"])
        # What is looked up holds back all that follows.
        contact = person(200 + n if what == "unknown" else chance.randrange(9))
        await here.answered(f"to {n}", contact=contact)
        match what:
            case "failed":
                await here.sends("failed", note=f"No mobile {n}.")
            case "unknown":
                await here.sends("unknown", due_at=2**60)
            case _:
                await here.loses_sight()
                await here.gives_up()
        if n % 2:
            await here.text(f"from {n}", contact=contact)
            await here.park(await here.claim(), f"Silent {n}.")
        clock.skip(chance.choice([0, 0, 0, 1]))
    for n in range(count // 2):
        await here.text(f"late {n}", contact=person(100 + n))


async def pages(here: Texting, state: str, limit: int) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    after: str | None = None
    while True:
        page = await messages.list_(
            here.app, organization=ORG, state=state, limit=limit, after=after
        )
        found.append([dict(one) for one in page["data"]])
        after = page["next"]
        if after is None:
            return found


async def test_small_pages_together_are_the_whole_list(here: Texting, clock: Calendar):
    await fill(here, clock)
    for state in STATES:
        whole = await here.listed(state)
        ids = [one["id"] for one in whole]
        for limit in (1, 3, 7):
            found = await pages(here, state, limit)

            assert whole == [one for page in found for one in page]
            assert {limit} >= {len(page) for page in found[:-1]}
        assert len(ids) == len(set(ids)) > 10
        assert sorted((one["at"] for one in whole), reverse=True) == [o["at"] for o in whole]


async def test_each_text_has_its_own_reason_on_whichever_page_it_is(
    here: Texting, clock: Calendar
):
    """The notes of a conversation fit its texts only if all that are parked are known."""
    await fill(here, clock)
    told = {
        one["text"]: one["why"]
        for page in await pages(here, "parked", 2)
        for one in page
        if one["author"] == "contact"
    }

    assert len(told) > 10
    assert {text: text.replace("from", "Silent") + "." for text in told} == told


async def test_what_comes_and_goes_between_two_pages_moves_nothing_else(
    here: Texting, clock: Calendar
):
    await fill(here, clock)
    whole = [one["id"] for one in await here.listed()]
    first = await messages.list_(here.app, organization=ORG, limit=5)
    clock.skip(60)
    for n in range(3):
        await here.parks(f"new {n}")
    gone = {whole[0], whole[4], whole[7], whole[-1]}
    for id in gone:
        await messages.discard(here.app, organization=ORG, id=id)
    rest: list[str] = []
    after = first["next"]
    while after is not None:
        page = await messages.list_(here.app, organization=ORG, limit=5, after=after)
        rest += [one["id"] for one in page["data"]]
        after = page["next"]

    assert whole[:5] == [one["id"] for one in first["data"]]
    assert [one for one in whole[5:] if one not in gone] == rest


async def test_a_text_that_waits_for_its_bot_tells_why_beside_one_that_is_parked(
    here: Texting, clock: Calendar
):
    await here.parks("first", "No answer.")
    await here.text("second")
    note = Note("The bot was silent.", "bot_failed")
    await here.app.store.postpone_turns([Postponed(await here.claim(), 0, note, attempts=1)])
    [waiting] = await here.listed("waiting")
    [parked] = await here.listed()

    assert ("second", "The bot was silent.") == (waiting["text"], waiting["why"])
    assert ("first", "No answer.") == (parked["text"], parked["why"])


async def test_a_place_of_another_list_is_refused(here: Texting):
    with pytest.raises(Invalid, match="cursor_invalid"):
        await messages.list_(here.app, organization=ORG, after="WyJhIl0")

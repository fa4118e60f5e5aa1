"""Opt-outs by hand: what they stop, what lifts them, and that nothing is forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.test_apply import SAMPLE, flowit
from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import ANN, BOB, answer
from tests.world import ADDRESS, Account, document
from threadline.app import App
from threadline.errors import Invalid, NotFound
from threadline.operations import optouts
from threadline.operations.apply import apply

NOON = "2030-01-02T12:30:00.000Z"
REASON = "asked by phone"


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


async def add(here: Texting, contact: str = ANN, reason: str = REASON) -> Any:
    return await optouts.add(here.app, endpoint=ADDRESS, contact=contact, reason=reason)


async def remove(here: Texting, contact: str = ANN) -> Any:
    return await optouts.remove(here.app, endpoint=ADDRESS, contact=contact, reason="came back")


async def test_what_waits_for_somebody_who_is_taken_off_is_dropped(here: Texting):
    await here.answered("one", "two", "three")
    await here.answered("four", contact=BOB)
    [one, _four] = await here.sending()
    found = await add(here, "+1 (555) 010-0001")

    assert (ANN, True, 2) == (found["contact"], found["new"], found["dropped"])
    assert "one" == one.text
    dropped = "not sent: opted out"
    assert [("one", "being sent"), ("two", dropped), ("three", dropped)] == await here.said()
    assert [("four", "being sent")] == await here.said(BOB)


async def test_who_was_taken_off_is_not_texted_by_a_turn_that_ends_later(here: Texting):
    await here.text("hi")
    claimed = await here.claim()
    await add(here)
    await here.app.store.finish_turns([answer(claimed, "too late")])

    assert [] == await here.goes()


async def test_the_timeline_tells_who_did_it_and_why(here: Texting):
    await here.answered("one")
    await add(here)
    await remove(here)

    assert [
        "An operator took the contact off: asked by phone",
        "An operator let the contact be texted again: came back",
    ] == await here.notes()


async def test_somebody_who_never_wrote_can_be_taken_off(here: Texting):
    await add(here)
    await here.answered("one")

    assert [] == await here.goes()


async def test_to_take_somebody_off_twice_changes_nothing(here: Texting, clock: Calendar):
    await add(here)
    clock.skip(60)
    again = await add(here, reason="asked again")
    told = await optouts.history(here.app, endpoint=ADDRESS, contact=ANN)

    assert (False, NOON, REASON) == (again["new"], again["since"], again["said"])
    assert 1 == len(told["history"])


async def test_who_is_put_back_is_texted_again(here: Texting):
    await add(here)
    lifted = await remove(here)
    await here.answered("one")

    assert ("operator", REASON) == (lifted["source"], lifted["said"])
    assert ["one"] == await here.goes()


async def test_only_who_opted_out_can_be_put_back(here: Texting):
    with pytest.raises(NotFound, match="has not opted out"):
        await remove(here)


async def test_the_history_has_every_change_in_order(here: Texting, clock: Calendar):
    await here.text("Stop", consent="stop")
    clock.skip(60)
    await remove(here)
    clock.skip(60)
    await add(here)
    told = await optouts.history(here.app, endpoint=ADDRESS, contact=ANN)

    assert [
        ("2030-01-02T12:30:00.000Z", "stop", "keyword", "Stop"),
        ("2030-01-02T12:31:00.000Z", "removed", "operator", "came back"),
        ("2030-01-02T12:32:00.000Z", "added", "operator", REASON),
    ] == [(one["at"], one["what"], one["source"], one["said"]) for one in told["history"]]
    assert "2030-01-02T12:32:00.000Z" == told["since"]


async def _listed(here: Texting, **which: Any) -> list[Any]:
    return (await optouts.list_(here.app, **which))["data"]


async def test_who_never_opted_out_has_no_history(here: Texting):
    told = await optouts.history(here.app, endpoint=ADDRESS, contact=ANN)

    assert {"contact": ANN, "since": None, "history": []} == told


async def test_the_list_tells_since_when_and_by_what(here: Texting, clock: Calendar):
    await here.text("STOP", contact=BOB, consent="stop")
    clock.skip(60)
    await add(here)
    found = await _listed(here, organization=ORG)

    assert [
        {
            "contact": ANN,
            "endpoints": [ADDRESS],
            "since": "2030-01-02T12:31:00.000Z",
            "source": "operator",
            "said": REASON,
        },
        {
            "contact": BOB,
            "endpoints": [ADDRESS],
            "since": NOON,
            "source": "keyword",
            "said": "STOP",
        },
    ] == found


async def test_the_list_of_an_endpoint_has_only_its_own_sender(here: Texting):
    account = Account(number="+15550109998")
    other = document(account, organization=ORG, address="second", Name="Second")
    await apply(here.app, documents=[other])
    await add(here)
    mine = await _listed(here, organization=ORG, endpoint=ADDRESS)
    others = await _listed(here, organization=ORG, endpoint="second")

    assert ([ANN], []) == ([one["contact"] for one in mine], others)


async def test_a_long_list_comes_in_pages_that_skip_nobody(here: Texting, clock: Calendar):
    people = [f"+1555010{n:04}" for n in range(7)]
    for n, contact in enumerate(people):
        clock.skip(60 if n % 3 == 0 else 0)
        await add(here, contact)
    found: list[str] = []
    after: str | None = None
    for _page in range(4):
        page = await optouts.list_(here.app, organization=ORG, limit=2, after=after)
        found += [one["contact"] for one in page["data"]]
        after = page["next"]

    assert ([people[6], *people[3:6], *people[:3]], None) == (found, after)


async def test_a_place_that_no_page_gave_is_refused(here: Texting):
    with pytest.raises(Invalid, match="cursor_invalid"):
        await optouts.list_(here.app, organization=ORG, after="somewhere")


async def test_another_organization_sees_nothing_of_it(here: Texting):
    await apply(here.app, documents=[{"Organization": "acme"}])
    await add(here)
    with pytest.raises(NotFound, match="no endpoint"):
        await _listed(here, organization="acme", endpoint=ADDRESS)

    assert [] == await _listed(here, organization="acme")


async def test_a_number_and_a_reason_are_needed_and_told_at_once(here: Texting):
    with pytest.raises(Invalid) as why:
        await add(here, "555 0100", " ")

    assert ["contact_invalid", "reason_missing"] == [one.code for one in why.value.problems]
    assert [] == await _listed(here, organization=ORG)


async def test_an_endpoint_without_a_number_has_nobody_to_take_off(app: App):
    sample = {**SAMPLE, "EngagementType": "Web", "EngagementConfig": {}}
    await apply(app, documents=[flowit(None, sample)])
    with pytest.raises(NotFound, match="has no number"):
        await optouts.add(app, endpoint=ADDRESS, contact=ANN, reason=REASON)

"""Is everything all right: texts by the hour, what failed and why, what stands and waits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import ANN, BOB
from tests.world import ADDRESS
from threadline.app import App
from threadline.errors import Invalid
from threadline.model.catalog import SaveOrganization
from threadline.operations import overview
from threadline.pipeline import digest

HALF_PAST = "2030-01-02T12:30:00.000Z"


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


async def shown(here: Texting, **asked: Any) -> dict[str, Any]:
    while (await digest.read_on(here.app.store, here.app.clock, "here")).more:
        pass
    return dict(await overview.show(here.app, organization=ORG, **asked))


async def test_every_hour_is_told_with_its_texts(here: Texting, clock: Calendar):
    await here.answered("one", "two")
    clock.skip(2 * 3600)
    await here.text("again")
    found = await shown(here, hours=4)

    assert [
        ("2030-01-02T11:00:00.000Z", 0, 0),
        ("2030-01-02T12:00:00.000Z", 1, 2),
        ("2030-01-02T13:00:00.000Z", 0, 0),
        ("2030-01-02T14:00:00.000Z", 1, 0),
    ] == [(one["hour"], one["received"], one["by_bot"]) for one in found["hours"]]
    assert (2, 2) == (found["received"], found["sent"])


async def test_failures_of_the_last_day_are_told_by_their_reason(
    here: Texting, clock: Calendar
):
    for n, code in enumerate(("30003", "30003", "21610", None)):
        await here.answered("one", contact=f"+1555010000{n}")
        note = "No route." if code is None else f"It means {code}."
        await here.sends("failed", note=note, provider_code=code)
    found = await shown(here)
    clock.skip(25 * 3600)
    later = await shown(here)

    assert [
        ("30003", "It means 30003.", 2),
        ("", "No route.", 1),
        ("21610", "It means 21610.", 1),
    ] == [(one["code"], one["meaning"], one["texts"]) for one in found["failures"]]
    assert {HALF_PAST} == {one["last_at"] for one in found["failures"]}
    assert (4, 0) == (found["failed"], later["failed"])


async def test_what_stands_still_is_counted_and_what_waits_has_an_age(
    here: Texting, clock: Calendar
):
    await here.parks("where is it?")
    await here.answered("one", contact=BOB)
    await here.loses_sight()
    await here.app.store.take_over(ADDRESS, BOB, "ann@example.com")
    await here.text("hello", flag="It came to another number.")
    clock.skip(60)
    await here.text("hello?")
    found = await shown(here)

    assert {"parked": 1, "unknown": 1, "flagged": 1, "taken_over": 1} == {
        name: found[name] for name in ("parked", "unknown", "flagged", "taken_over")
    }
    assert [{"endpoint": ADDRESS, "texts": 2, "oldest": HALF_PAST}] == found["queues"]


async def test_another_organization_has_none_of_it(here: Texting):
    await here.parks("where is it?")
    await here.answered("one", contact=BOB)
    await here.sends("failed", note="No route.")
    await here.text("hello", ANN, flag="It came to another number.")
    await shown(here)
    await here.app.store.change([SaveOrganization("acme")])
    found = dict(await overview.show(here.app, organization="acme"))
    counts = {name: value for name, value in found.items() if isinstance(value, int)}

    assert {0} == set(counts.values())
    assert [] == [*found["failures"], *found["queues"]]


@pytest.mark.parametrize("hours", [0, 745])
async def test_there_are_hours_enough_and_not_too_many(here: Texting, hours: int):
    with pytest.raises(Invalid) as refused:
        await shown(here, hours=hours)

    assert ["hours_invalid"] == [one.code for one in refused.value.problems]

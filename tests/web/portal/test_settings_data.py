"""Settings, data: for how long what was said is kept, and what another time takes away."""

from __future__ import annotations

import pytest

from tests.web.portal.conftest import MINE, Browser, People, words
from threadline.operations import tenants
from threadline.pipeline import digest

DATA = "settings?tab=data"
DAY = 86_400


async def days(people: People) -> int | None:
    return (await tenants.describe(people.app, name=MINE))["retention_days"]


async def asked(browser: Browser, days: str) -> str:
    return words(await browser.do(DATA, "ask_to_keep", days=days))


@pytest.fixture
async def said(people: People) -> People:
    """Three texts, ten days ago."""
    await people.texting.answered("one", "two")
    while (await digest.read_on(people.app.store, people.clock, "here")).more:
        pass
    people.clock.skip(10 * DAY)
    return people


async def test_an_owner_is_told_what_a_shorter_time_takes_away_before_it_does(said: People):
    owner = await said.browser()
    before = words(await owner.get(DATA))
    told = await asked(owner, "7")
    meanwhile = await days(said)
    done = words(await owner.do(DATA, "keep", days="7"))

    assert "What was said is kept for good" in before
    assert "Keep what was said for 7 days, and not for good as now?" in told
    assert "That takes 3 texts away for good" in told
    assert None is meanwhile
    assert "What was said is kept for 7 days from now on." in done
    assert 7 == await days(said)


async def test_what_takes_nothing_away_says_so_and_nothing_typed_is_for_good(said: People):
    owner = await said.browser()
    longer = await asked(owner, "30")
    await owner.do(DATA, "keep", days="30")
    for_good = await asked(owner, "")
    await owner.do(DATA, "keep", days="")

    assert "Nothing that is there now is older than that." in longer
    assert "Keep what was said for good, and not for 30 days as now?" in for_good
    assert None is await days(said)


@pytest.mark.parametrize("typed", ["0", "3651", "-1", "a week", "٣", "9" * 30])
async def test_what_is_no_number_of_days_is_told(said: People, typed: str):
    owner = await said.browser()
    answers = [await owner.do(DATA, act, days=typed) for act in ("ask_to_keep", "keep")]

    assert [True] * 2 == ["field_invalid" in words(one) for one in answers]
    assert None is await days(said)


async def test_who_is_no_owner_sees_it_and_changes_nothing(said: People):
    builder = await said.browser("builder")
    page = await builder.get(DATA)
    await builder.do(DATA, "keep", days="1")

    assert "What was said is kept for good" in words(page)
    assert 'name="days"' not in page.text
    assert None is await days(said)


async def test_the_audit_log_has_who_changed_it(said: People):
    owner = await said.browser()
    await asked(owner, "7")
    await owner.do(DATA, "keep", days="7")
    page = words(await owner.get("settings?tab=audit"))

    assert 1 == page.count("owner@flowit.example keep")

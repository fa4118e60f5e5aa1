"""Home: is everything all right, and what to do if it is not."""

from __future__ import annotations

import pytest

from tests.store.samples import BOB
from tests.web.portal.conftest import People, words
from threadline.pipeline import digest
from threadline.web.portal.chart import ceiling, chart
from threadline.web.portal.home import age, first_steps


async def home(people: People, query: str = "", organization: str = "flowit") -> str:
    while (await digest.read_on(people.app.store, people.clock, "here")).more:
        pass
    answer = await (await people.browser("viewer", organization)).get(query)
    assert 200 == answer.status_code, words(answer)
    return words(answer)


async def test_a_new_place_shows_the_first_steps_until_they_are_done(people: People):
    before = await home(people)
    await people.texting.answered("Tea or coffee?")
    after = await home(people)

    assert "First steps Done: Make a bot 2 Try it" in before
    assert "Done: Set up a number 4 Text it" in before
    assert "First steps" not in after


async def test_the_chart_has_a_table_beside_it(people: People):
    await people.texting.answered("Tea", "or coffee?")
    page = await home(people)

    assert "1 received" in page
    assert "2 sent" in page
    assert "Hour Received By bots By operators 2030-01-02 12:00 UTC 1 2 0" in page
    assert "2029-12-27 13:00 UTC 0 0 0" in await home(people, "?hours=168")


async def test_failures_are_told_by_their_reason_with_the_way_to_them(people: People):
    for _n in range(2):
        await people.texting.answered("one", contact=BOB)
        await people.texting.sends(
            "failed", note="The number is <unknown>.", provider_code="30005"
        )
    page = await home(people)

    assert "2 texts of the last day failed. See them" in page
    assert (
        "The number is <unknown>. Code 30005 · the latest 2030-01-02 12:30 UTC 2 texts" in page
    )
    assert "Everything is all right" not in page


async def test_what_waits_and_what_stands_still_is_told(people: People):
    await people.texting.parks("where is it?")
    await people.texting.text("hello", flag="It came to another number.")
    people.clock.skip(300)
    page = await home(people)

    assert "1 wait at myorganization-twiliosms, the first for 5 minutes." in page
    assert "1 text was put aside." in page
    assert "1 conversation needs a look." in page


async def test_another_organization_sees_its_own(people: People):
    await people.texting.parks("where is it?")
    page = await home(people, organization="acme")

    assert "put aside" not in page
    assert "0 received" in page


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(5, "some seconds"), (61, "1 minute"), (7300, "2 hours"), (90_000, "1 day")],
)
def test_an_age_is_told_in_words(seconds: float, told: str):
    assert told == age(seconds)


@pytest.mark.parametrize(
    ("count", "most"), [(0, 1), (1, 1), (3, 5), (6, 10), (11, 20), (201, 500)]
)
def test_the_chart_ends_at_a_number_that_is_easily_read(count: int, most: int):
    assert most == ceiling(count)


def test_a_bar_is_as_high_as_its_count():
    hour = {"hour": "2030-01-02T12:00:00.000Z", "received": 5, "by_bot": 8, "by_operator": 2}
    drawn = chart([hour, {**hour, "received": 0, "by_bot": 0, "by_operator": 0}])
    [(words_of, bars), (_none, nothing)] = drawn.hours

    assert 10 == drawn.most
    assert "2030-01-02 12:00 UTC: 5 received, 10 sent" == words_of
    assert [("in", 50), ("out", 100)] == [(one.kind, one.height) for one in bars]
    assert () == nothing


def test_nothing_is_done_in_an_empty_place():
    assert [False] * 4 == [one[3] for one in first_steps([], bots=0, simulated=False)]


@pytest.mark.parametrize(("simulated", "to"), [(True, "/phone"), (False, "/endpoints")])
def test_the_first_text_is_sent_with_the_phone_that_there_is(simulated: bool, to: str):
    *_others, last = first_steps([], bots=1, simulated=simulated)

    assert ("Text it", to, False) == (last[0], last[2], last[3])

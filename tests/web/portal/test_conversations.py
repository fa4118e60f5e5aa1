"""The list of conversations, as an operator finds one of many in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.samples import ANN, BOB
from tests.web.portal.conftest import People, words
from tests.world import ADDRESS
from threadline.pipeline import digest
from threadline.web.portal.conversations import marked, searched
from threadline.web.portal.rendering import contact


async def talk(people: People) -> None:
    """Ann's text to her failed; Bob waits for the bot."""
    here = people.texting
    await here.answered("Your invoice is on its way.", says="Où est ma facture?")
    await here.sends("failed", note="The number is not a mobile.")
    people.clock.skip(60)
    await here.text("<b>Hello</b> there", BOB)
    while (await digest.read_on(people.app.store, people.clock, "here")).more:
        pass


async def listed(people: People, query: str = "", role: str = "viewer") -> str:
    answer = await (await people.browser(role)).get(f"conversations{query}")
    assert 200 == answer.status_code, words(answer)
    return words(answer)


def numbers(page: str) -> list[str]:
    """Ann and Bob, in the order of the page."""
    shown = {"+1 555-010-0001": ANN, "+1 555-010-0002": BOB}
    found = sorted((page.index(one), who) for one, who in shown.items() if one in page)
    return [who for _place, who in found]


async def test_a_new_place_says_what_to_do(people: People):
    page = await listed(people, role="operator")

    assert "Nobody has written yet" in page
    assert "Text it from the phone" in page
    assert "Text it from the phone" not in await listed(people)  # a viewer has none


async def test_the_latest_come_first_with_what_was_said_last_and_how_they_stand(people: People):
    await talk(people)
    page = await listed(people)

    assert [BOB, ANN] == numbers(page)
    assert "<b>Hello</b> there" in page
    assert "Note: The number is not a mobile." in page
    assert "1 waits" in page
    assert "failed" in page


@pytest.mark.parametrize(
    ("query", "contacts"),
    [
        ("?q=facture", [ANN]),
        ("?q=HELLO+ther", [BOB]),
        ("?q=0002", [BOB]),
        ("?q=%2B1+(555)+010-0001", [ANN]),
        ("?q=%2B1555", [BOB, ANN]),
        ("?failed=1", [ANN]),
        ("?waiting=1", [BOB]),
        ("?failed=1&waiting=1", []),
        ("?bot=MySmsBot", [ANN]),
        (f"?endpoint={ADDRESS}", [BOB, ANN]),
        ("?since=2030-01-03", []),
        ("?until=2030-01-02&q=hello", [BOB]),
    ],
)
async def test_what_is_typed_and_chosen_has_to_hold(
    people: People, query: str, contacts: list[str]
):
    await talk(people)
    page = await listed(people, query)

    assert contacts == numbers(page)
    assert ("No conversation is like that" in page) == (not contacts)


async def test_a_filter_leads_to_the_list_with_it_and_without(people: People):
    browser = await people.browser("viewer")
    off = (await browser.get("conversations?q=hello&failed=1&after=x")).text
    on = (await browser.get("conversations?q=hello")).text

    assert 'href="?q=hello" aria-current="true"' in off
    assert 'href="?q=hello&amp;failed=1&amp;flagged=1"' in off
    assert 'href="?q=hello&amp;failed=1"' in on


@pytest.mark.parametrize("query", ["?q=%3F!", "?since=soon", "?after=nonsense"])
async def test_what_cannot_be_looked_for_is_told_on_the_page(people: People, query: str):
    await talk(people)

    assert "1 thing is not right yet." in await listed(people, query)


async def test_a_long_list_is_read_on(people: People):
    for n in range(60):
        await people.texting.text("hi", f"+1555010{n:04}")
    browser = await people.browser("viewer")
    first = (await browser.get("conversations")).text
    older = first.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    second = (await browser.get(f"conversations{older}")).text

    assert (50, 10) == (first.count("data-href"), second.count("data-href"))
    assert "+1 555-010-0059" in first
    assert "+1 555-010-0000" in second


async def test_another_organization_finds_nothing_of_it(people: People):
    await talk(people)
    browser = await people.browser("owner", "acme")
    answers = [
        words(await browser.get(f"conversations{query}"))
        for query in ("", "?q=facture", "?q=0002", "?failed=1", f"?bot=MySmsBot&q={ANN[-4:]}")
    ]

    assert [[]] * 5 == [numbers(one) for one in answers]


async def test_an_endpoint_of_another_organization_is_as_if_it_were_not_there(people: People):
    browser = await people.browser("owner", "acme")
    answers = [
        await browser.get(f"conversations?endpoint={address}") for address in (ADDRESS, "none")
    ]

    assert [404, 404] == [one.status_code for one in answers]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", {}),
        ("+1555", {"number": "+1555"}),
        ("(555) 010-0001", {"number": "(555) 010-0001"}),
        ("0001", {"number": "0001"}),
        ("12", {"text": "12"}),
        ("order 4711", {"text": "order 4711"}),
        ("hello", {"text": "hello"}),
    ],
)
def test_what_is_typed_is_a_number_or_words(typed: str, asked: dict[str, Any]):
    assert asked == searched(typed)


@pytest.mark.parametrize(
    ("text", "wanted", "pieces"),
    [
        ("Où est ma FACTURE?", ["facture"], [("Où est ma ", 0), ("FACTURE", 1), ("?", 0)]),
        ("green, greener", ["gree"], [("green", 1), (", ", 0), ("greener", 1)]),
        ("no, not now", ["no"], [("no", 1), (", not now", 0)]),
        ("nothing", [], [("nothing", 0)]),
        (f"{'word ' * 40}there", ["there"], [("…" + "word " * 11, 0), ("there", 1)]),
        ("", ["there"], []),
    ],
)
def test_what_was_looked_for_is_marked_and_not_far_from_the_beginning(
    text: str, wanted: list[str], pieces: list[tuple[str, int]]
):
    assert [(one, bool(hit)) for one, hit in pieces] == marked(text, wanted)


def test_a_visitor_of_a_messenger_is_told_by_the_end_of_a_long_name():
    long = f"6c1f0a4e-6a55-4b9e-9a1b-{'1f' * 6}"
    told = [contact(one) for one in (ANN, "whatsapp:+15550100001", f"preview-{long}", long)]

    assert ["+1 555-010-0001", "whatsapp:+15550100001"] == told[:2]
    assert ["Preview 1f1f1f", "Visitor 1f1f1f"] == told[2:]

"""Opt-outs in the browser: who has, how that came about, and changing it by hand."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import httpx2
import pytest

from tests.operations.texting import Texting
from tests.store.samples import ANN, BOB
from tests.web.portal.conftest import MINE, OTHER_ADDRESS, OTHERS, Browser, People, words
from tests.world import ADDRESS, Account, document, flow_bot
from threadline.model import phone
from threadline.operations import optouts
from threadline.operations.apply import apply

SHOP = "flowit-shop"
REASON = "asked by phone"


def one(contact: str = ANN, endpoint: str = ADDRESS) -> str:
    """The page with what there is about a contact."""
    return f"opt-outs?{urlencode({'endpoint': endpoint, 'contact': contact})}"


def listed(page: httpx2.Response) -> list[str]:
    """The contacts on the list, as they are written."""
    return re.findall(r"<a [^>]*><strong>([^<]+)</strong></a>", page.text)


def beside(page: httpx2.Response, field: str) -> str:
    """What is wrong with a field, as it stands at it."""
    found = re.search(rf'<p class="problem" id="{field}-problem">(.*?)</p>', page.text)
    return unescape(found[1]) if found else ""


def codes(page: httpx2.Response) -> list[str]:
    return re.findall(r"errors#(\w+)", page.text)


async def take_off(browser: Browser, contact: str = ANN, **form: str) -> httpx2.Response:
    wanted = {"endpoint": ADDRESS, "contact": contact, "reason": REASON, **form}
    return await browser.do("opt-outs", "add", **wanted)


async def held(people: People, contact: str = ANN, endpoint: str = ADDRESS) -> bool:
    return await people.app.store.opted_out_since(endpoint, contact) is not None


@pytest.fixture
async def shop(people: People) -> Texting:
    """Another endpoint of flowit, with a number of its own."""
    wanted = document(Account("+15550109997"), organization=MINE, address=SHOP, Name="Shop")
    await apply(people.app, documents=[wanted])
    return Texting(people.app, await people.app.endpoint_at(SHOP))


async def test_while_nobody_has_opted_out_the_page_says_how_one_does(people: People):
    page = words(await (await people.browser("viewer")).get("opt-outs"))

    assert "Nobody has opted out Whoever texts STOP, or one of its kin, stands here" in page


async def test_who_opted_out_is_listed_with_how_and_since_when(people: People):
    await people.texting.text("Stop", ANN, consent="stop")
    people.clock.skip(60)
    await take_off(await people.browser("operator"), BOB)
    page = await (await people.browser("viewer")).get("opt-outs")

    assert (
        f"{phone.shown(BOB)} by hand “{REASON}” 2030-01-02 12:31 UTC "
        f"{phone.shown(ANN)} texted “Stop” 2030-01-02 12:30 UTC"
    ) in words(page)
    assert f'href="/o/flowit/{one().replace("&", "&amp;")}"' in page.text


async def test_the_list_of_one_endpoint_has_those_of_its_number(people: People, shop: Texting):
    await people.texting.text("stop", ANN, consent="stop")
    await shop.text("stop", BOB, consent="stop")
    viewer = await people.browser("viewer")
    every = await viewer.get("opt-outs")
    mine, theirs = [await viewer.get(f"opt-outs?endpoint={at}") for at in (ADDRESS, SHOP)]

    assert {phone.shown(ANN), phone.shown(BOB)} == set(listed(every))
    assert [phone.shown(ANN)] == listed(mine)
    assert [phone.shown(BOB)] == listed(theirs)
    assert f'endpoint={SHOP}" aria-current="true">Shop</a>' in theirs.text


async def test_many_endpoints_are_chosen_from_a_list(people: People):
    lines = [
        document(
            Account(f"+1555010{7000 + n}"),
            flow_bot(name=f"Bot{n}"),
            organization=MINE,
            address=f"line-{n}",
        )
        for n in range(8)
    ]
    await apply(people.app, documents=lines)
    page = (await (await people.browser("viewer")).get("opt-outs?endpoint=line-3")).text

    assert '<option value="line-3" selected>' in page
    assert 'aria-label="Endpoint"' not in page


async def test_somebody_is_taken_off_by_hand_and_what_waits_is_dropped(people: People):
    await people.texting.answered("one", "two")
    operator = await people.browser("operator")
    page = await take_off(operator, " +1 (555) 010-0001 ")
    again = await take_off(operator, reason="asked again")

    assert f"{ANN} is texted no more. 2 texts that waited were dropped." in words(page)
    assert [phone.shown(ANN)] == listed(page)
    assert [] == await people.texting.goes()
    assert f"{ANN} is texted no more." in words(again)
    assert "dropped" not in words(again).replace("for them is dropped", "")


async def test_one_text_that_waited_is_told_as_one(people: People):
    await people.texting.answered("one")
    page = words(await take_off(await people.browser("operator")))

    assert f"{ANN} is texted no more. 1 text that waited was dropped." in page


async def test_somebody_is_put_back_with_a_reason_and_may_be_texted(people: People):
    operator = await people.browser("operator")
    await take_off(operator)
    asked = words(await operator.get(one()))
    form = {"endpoint": ADDRESS, "contact": ANN}
    nothing = await operator.do(one(), "remove", **form, reason=" ")
    meanwhile = await held(people)
    done = words(await operator.do(one(), "remove", **form, reason="they came back"))

    assert "Opted out since 2030-01-02 12:30 UTC" in asked
    assert "Why may they be texted again?" in asked
    assert beside(nothing, "remove-reason").startswith("There is no reason")
    assert ["reason_missing"] == codes(nothing)
    assert "" == beside(nothing, "add-reason")
    assert meanwhile
    assert f"{ANN} may be texted again." in done
    assert not await held(people)


async def test_what_became_of_a_contact_is_told_from_the_last_change_on(people: People):
    operator = await people.browser("operator")
    never = words(await operator.get(one(BOB)))
    await people.texting.text("Stop", ANN, consent="stop")
    await operator.do(one(), "remove", endpoint=ADDRESS, contact=ANN, reason="they came back")
    page = await operator.get(one())

    assert "May be texted. Nothing has changed for them." in never
    assert "May be texted. removed by hand “they came back”" in words(page)
    assert "stop texted “Stop”" in words(page)
    assert page.text.index("they came back") < page.text.index("“Stop”")
    assert "Put them back" not in page.text


async def test_who_was_put_back_meanwhile_is_not_put_back_twice_and_that_is_told(
    people: People,
):
    operator = await people.browser("operator")
    refused = await operator.do(one(), "remove", endpoint=ADDRESS, contact=ANN, reason="late")

    assert (404, ["not_found"]) == (refused.status_code, codes(refused))
    assert f"{ANN} has not opted out" in words(refused)


async def test_what_is_wrong_is_told_at_its_field_with_what_was_typed(people: People):
    operator = await people.browser("operator")
    page = await take_off(operator, "+1555", reason=" ")

    assert (422, ["contact_invalid", "reason_missing"]) == (page.status_code, codes(page))
    assert beside(page, "add-contact").endswith("Write it in full, as in +15550100001.")
    assert beside(page, "add-reason").startswith("There is no reason")
    assert 'value="+1555"' in page.text
    assert [] == listed(page)


async def test_a_viewer_sees_the_list_and_changes_nothing(people: People):
    await take_off(await people.browser("operator"))
    viewer = await people.browser("viewer")
    page = await viewer.get(one())
    refused = [
        await take_off(viewer, BOB),
        await viewer.do(one(), "remove", endpoint=ADDRESS, contact=ANN, reason="why not"),
    ]

    assert [phone.shown(ANN)] == listed(page)
    assert 'name="reason"' not in page.text
    assert [403, 403] == [answer.status_code for answer in refused]
    assert (True, False) == (await held(people), await held(people, BOB))


async def test_what_was_said_is_shown_as_it_was_typed(people: People):
    said = '<img src=x onerror="alert(1)"> & co'
    operator = await people.browser("operator")
    await take_off(operator, reason=said)
    pages = [await operator.get(path) for path in ("opt-outs", one())]

    assert [True, True] == [f"“{said}”" in unescape(page.text) for page in pages]
    assert [False, False] == ["<img" in page.text for page in pages]


async def test_who_opted_out_earlier_is_a_page_further(people: People):
    numbers = [f"+155501{n:05}" for n in range(101)]
    for number in numbers:
        people.clock.skip(1)
        await optouts.add(
            people.app, endpoint=ADDRESS, contact=number, reason=REASON, organization=MINE
        )
    viewer = await people.browser("viewer")
    first = await viewer.get(f"opt-outs?endpoint={ADDRESS}")
    link = re.search(r'href="(\?[^"]+)" rel="next"', first.text)
    assert link, words(first)
    second = await viewer.get(f"opt-outs{unescape(link[1])}")

    assert [phone.shown(number) for number in numbers[:0:-1]] == listed(first)
    assert f"endpoint={ADDRESS}" in link[1]
    assert [phone.shown(numbers[0])] == listed(second)
    assert 'rel="next"' not in second.text


async def test_the_opt_outs_of_another_organization_are_not_there(people: People):
    await people.texting.text("stop", ANN, consent="stop")
    stranger = await people.browser("operator", OTHERS)
    refused = [
        await stranger.get(f"opt-outs?endpoint={ADDRESS}"),
        await stranger.get(one()),
        await take_off(stranger, BOB),
        await stranger.do(
            "opt-outs", "remove", endpoint=ADDRESS, contact=ANN, reason="why not"
        ),
    ]
    page = await stranger.get("opt-outs")

    assert [404] * 4 == [answer.status_code for answer in refused]
    assert [] == listed(page)
    assert ADDRESS not in page.text
    assert f'value="{OTHER_ADDRESS}"' in page.text
    assert (True, False) == (await held(people), await held(people, BOB))

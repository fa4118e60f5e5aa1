"""The phones of the simulated carrier on the page: whose they are, and where there are none."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest

from tests.conftest import Calendar
from tests.pipeline.carrying import carrying
from tests.store.samples import ANN, BOB, OURS
from tests.web.portal.conftest import MINE, OTHER_ADDRESS, OTHERS, People, opened, words
from tests.world import ADDRESS, Account, document, flow_bot
from threadline.carrier import plan
from threadline.egress import Egress
from threadline.operations import carrier, endpoint_changes, handsets
from threadline.operations.apply import apply
from threadline.web.portal.phone import page as PAGE

THEIRS = "+15550109998"
NOBODY = "http://127.0.0.1:1"
"""Where nothing listens."""
ACTS: dict[str, dict[str, str]] = {
    "send": {"to": OURS, "handset": ANN, "body": "hello"},
    "add": {"to": OURS, "handset": ANN},
    "go_wrong": {"to": OURS, "mishap": "off", "times": "1"},
    "mend": {"id": "1"},
    "new_number": {"bot": "MySmsBot"},
}


def codes(page: httpx2.Response) -> list[str]:
    return re.findall(r"errors#(\w+)", page.text)


def phones(page: httpx2.Response) -> list[str]:
    return re.findall(r'<section class="handset" aria-label="Phone ([^"]+)"', page.text)


@pytest.fixture
async def carried(tmp_path: Path, clock: Calendar) -> AsyncIterator[People]:
    """A server at a carrier that has a number of flowit's and one of acme's."""
    egress, ours, theirs = Egress(), Account(), Account(THEIRS)
    async with (
        carrying(egress, ours) as (simulated, url),
        opened(tmp_path, clock, twilio_api_url=url) as people,
    ):
        acme = flow_bot(name="AcmeBot")
        others = document(theirs, acme, organization=OTHERS, address=OTHER_ADDRESS)
        await apply(people.app, documents=[document(ours, organization=MINE), others])
        numbers = [{"number": THEIRS}]
        wish = {"sid": theirs.sid, "token": theirs.token, "numbers": numbers}
        plan.add_account(simulated.state, wish)
        yield people
        await simulated.stop()  # or a phone that is watched is waited for
    await egress.close()


async def sent(people: People, to: str, organization: str = MINE) -> list[str]:
    """What Ann's phone has sent to a number."""
    number = handsets.find(await carrier.numbers(people.app, organization), to)
    return [one["body"] for one in await handsets.texts(people.app, number, ANN)]


async def test_at_twilio_itself_the_page_says_where_phones_are_and_asks_nobody(people: People):
    builder = await people.browser("builder")
    page = await builder.get("phone")
    acts = {name: await builder.do("phone", name, **form) for name, form in ACTS.items()}

    assert set(PAGE.acts) == set(ACTS)
    assert f"No simulated phones here {carrier.NOWHERE}" in words(page)
    assert 'href="/docs/carrier"' in page.text
    assert 'name="do" value="send"' not in page.text
    assert dict.fromkeys(ACTS, 404) == {name: one.status_code for name, one in acts.items()}
    assert [] == [name for name, one in acts.items() if carrier.NOWHERE not in words(one)]
    assert None is people.app.egress.provider._session


async def test_a_carrier_that_is_not_there_is_told_and_the_page_stays(
    tmp_path: Path, clock: Calendar
):
    async with opened(tmp_path, clock, twilio_api_url=NOBODY) as people:
        builder = await people.browser("builder")
        page = await builder.get("phone")
        refused = await builder.do("phone", "send", **ACTS["send"])

    told = f"No simulated phones here The simulated carrier does not answer: {NOBODY}/"
    assert (200, 502) == (page.status_code, refused.status_code)
    assert [True, True] == [told in words(one) for one in (page, refused)]


async def test_the_numbers_are_those_of_the_organization(carried: People):
    pages = [
        await (await carried.browser("viewer", organization)).get("phone")
        for organization in (MINE, OTHERS)
    ]

    assert [[OURS], [THEIRS]] == [
        re.findall(r'<option value="([^"]+)" selected', one.text) for one in pages
    ]
    assert THEIRS not in pages[0].text
    assert OURS not in pages[1].text


async def test_a_text_is_sent_with_a_phone_and_stands_on_it(carried: People):
    operator = await carried.browser("operator")
    before = await operator.get(f"phone?{urlencode({'phones': ANN})}")
    page = await operator.do("phone", "send", to=OURS, handset=ANN, body="<b>hello</b>")

    assert "Nothing was said yet." in words(before)
    assert ["<b>hello</b>"] == await sent(carried, OURS)
    assert "<b>hello</b>" in words(page)
    assert "<b>hello</b>" not in page.text


async def test_who_only_looks_sees_the_phones_and_texts_nobody(carried: People):
    viewer, operator = await carried.browser("viewer"), await carried.browser("operator")
    page = await viewer.get("phone")
    seen = await operator.get("phone")
    refused = [await viewer.do("phone", name, **form) for name, form in ACTS.items()]
    builders = ("go_wrong", "mend", "new_number")
    higher = [await operator.do("phone", name, **ACTS[name]) for name in builders]

    def offered(one: httpx2.Response) -> set[str]:
        return set(re.findall(r'name="do" value="(\w+)"', one.text))

    assert [ANN] == phones(page)
    assert [set(), {"send", "add"}] == [offered(page), offered(seen)]
    assert [403] * 5 == [one.status_code for one in refused]
    assert [403] * 3 == [one.status_code for one in higher]
    assert [] == await sent(carried, OURS)


@pytest.mark.parametrize("number", [THEIRS, "+15550109123", "rubbish"])
async def test_a_number_that_is_not_the_organizations_is_neither_shown_nor_texted(
    carried: People, number: str
):
    builder = await carried.browser("builder")
    refused = [
        await builder.get(f"phone?{urlencode({'to': number})}"),
        await builder.do("phone", "send", to=number, handset=ANN, body="hello"),
        await builder.do("phone", "add", to=number, handset=ANN),
        await builder.do("phone", "go_wrong", to=number, mishap="off", times="1"),
    ]
    told = f"{number} is no simulated number of yours."

    assert [404] * 4 == [one.status_code for one in refused]
    assert [True] * 4 == [told in words(one) for one in refused]
    assert [] == await sent(carried, THEIRS, OTHERS)
    assert [] == (await carrier.tell(carried.app, "GET", "/faults"))["faults"]


async def test_what_is_no_phone_is_told_with_what_was_typed(carried: People):
    operator = await carried.browser("operator")
    refused = await operator.do("phone", "add", to=OURS, handset="+1555")
    added = await operator.do("phone", "add", to=OURS, handset="+1 555 010 0042")
    link = f"phone?{urlencode({'phones': f'{BOB},nonsense!,{ANN},{BOB}'})}"

    assert (422, ["number_invalid"]) == (refused.status_code, codes(refused))
    assert 'value="+1555"' in refused.text
    assert [ANN, "+15550100042"] == phones(added)
    assert [BOB, ANN] == phones(await operator.get(link))


async def test_nothing_is_not_sent_and_the_page_says_so(carried: People):
    operator = await carried.browser("operator")
    refused = await operator.do("phone", "send", to=OURS, handset=ANN, body="  ")
    cat = {"to": OURS, "handset": ANN, "body": "A cat", "media": "cat.png"}
    wrong = await operator.do("phone?phones=" + ANN.replace("+", "%2B"), "send", **cat)

    assert (422, ["text_missing"]) == (refused.status_code, codes(refused))
    assert (True, True) == (wrong.status_code >= 400, ">A cat</textarea>" in wrong.text)
    assert [] == await sent(carried, OURS)


async def test_what_is_to_go_wrong_is_listed_until_it_is_switched_off(carried: People):
    builder = await carried.browser("builder")
    on = await builder.do("phone", "go_wrong", to=OURS, mishap="off", times="3")
    [known] = (await carrier.tell(carried.app, "GET", "/faults"))["faults"]
    unknown = await builder.do("phone", "go_wrong", to=OURS, mishap="rain", times="1")
    stranger = await carried.browser("builder", OTHERS)
    theirs = await stranger.do("phone", "mend", id=str(known["id"]))
    off = await builder.do("phone", "mend", id=str(known["id"]))
    late = await builder.do("phone", "mend", id=str(known["id"]))

    assert "The phone is off: it is on." in words(on)
    assert "The phone is off 3 more times Switch off" in words(on)
    assert (422, ["mishap_unknown"]) == (unknown.status_code, codes(unknown))
    assert (404, ["not_found"]) == (theirs.status_code, codes(theirs))
    assert "It is off." in words(off)
    assert "Nothing is switched on" in words(off)
    assert (404, ["not_found"]) == (late.status_code, codes(late))


async def test_another_number_is_made_and_what_is_wrong_is_told_once(carried: People):
    builder = await carried.browser("builder")
    refused = await builder.do("phone", "new_number", bot="Nobody")
    page = await builder.do("phone", "new_number", bot="MySmsBot")
    [found] = re.findall(r'<option value="([^"]+)" selected', page.text)[:1]

    assert 422 == refused.status_code
    assert 1 == refused.text.count('role="alert" tabindex')
    assert f"{found} is there. Text it." in words(page)
    assert {OURS, found} == {one.number for one in await carrier.numbers(carried.app, MINE)}


async def test_without_a_number_the_page_makes_the_first_one(carried: People):
    await endpoint_changes.delete(carried.app, address=ADDRESS, organization=MINE)
    builder = await carried.browser("builder")
    empty = await builder.get("phone")
    viewed = words(await (await carried.browser("viewer")).get("phone"))
    made = await builder.do("phone", "new_number", bot="MySmsBot")

    assert "No simulated number yet" in words(empty)
    assert '<option value="MySmsBot"' in empty.text
    assert "Who has the role builder makes one." in viewed
    assert "is there. Text it." in words(made)

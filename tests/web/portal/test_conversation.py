"""The page of one conversation: what is told there, and what an operator does."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.store.samples import ANN, BOB, answer
from tests.web.portal.conftest import OTHER_ADDRESS, People, words
from tests.world import ADDRESS
from threadline.model.messages import Draft, Status
from threadline.model.rows import Said
from threadline.model.timeline import Markup, Media, Text
from threadline.operations import optouts

AT = f"conversations/{ADDRESS}/{ANN}"


async def shown(people: People, path: str = AT, role: str = "operator") -> str:
    browser = await people.browser(role)
    found = await browser.get(path)
    assert 200 == found.status_code, found.text
    return found.text


async def does(people: People, act: str, role: str = "operator", **form: Any) -> str:
    browser = await people.browser(role)
    return words(await browser.do(AT, act, **form))


async def entries(people: People, contact: str = ANN) -> list[Any]:
    return list(await people.app.store.timeline(ADDRESS, contact))


async def test_both_sides_are_shown_with_what_became_of_each_text(people: People):
    await people.texting.answered("Tea or coffee?", "Hm?")
    await people.texting.sends("sent", provider_id="SM9", status=Status.DELIVERED)
    await people.texting.sends("failed", note="It is a landline.", provider_code="30006")
    page = await shown(people)

    for told in (
        "Tea or coffee?",
        "delivered",
        "SM9",
        "It is a landline.",
        "30006",
        "Try again",
    ):
        assert told in page


async def test_nothing_that_was_said_is_ever_run(people: People):
    evil = "<script>alert(1)</script> javascript:alert(2)"
    await people.texting.text(evil, media=(Media("javascript:alert(3)"),))
    finished = answer(await people.texting.claim())
    card = Markup("card<b>", {"title": evil, "url": "javascript:alert(4)"})
    finished.said = [Said(card, discarded=evil), Said(Text(evil), draft=Draft(evil))]
    finished.context = {"name": evil}
    await people.app.store.finish_turns([finished])
    page = await shown(people)

    assert "alert(1)" in page
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


async def test_an_element_that_was_not_sent_says_why(people: People):
    await people.texting.text("hi")
    finished = answer(await people.texting.claim())
    finished.said = [Said(Markup("hologram", {"depth": 3}), discarded="A phone has no depth.")]
    await people.app.store.finish_turns([finished])
    page = await shown(people)

    assert "Not sent: A phone has no depth." in page
    assert "hologram" in page
    assert "&#34;depth&#34;: 3" in page


async def test_what_happened_stands_where_it_happened(people: People):
    await people.texting.answered("hello")
    people.clock.skip(86_400)
    await optouts.add(people.app, endpoint=ADDRESS, contact=ANN, reason="asked by phone")
    people.clock.skip(60)
    await people.texting.text("START", consent="start")
    page = await shown(people)
    by_hand = "<strong>Taken off by hand</strong>: asked by phone"
    order = ["Session 1", "hello", by_hand, "START", "<strong>Opted in</strong>"]

    assert sorted(page.index(one) for one in order) == [page.index(one) for one in order]
    assert 2 == page.count('class="border day"')


async def test_how_long_the_bot_took_is_told(people: People):
    await people.texting.text("hi")
    people.clock.skip(2.4)
    await people.app.store.finish_turns([answer(await people.texting.claim(), "hello")])

    assert "answered in 2.4 s" in await shown(people)


async def test_older_entries_are_a_page_further(people: People):
    for n in range(60):
        await people.texting.answered(f"answer {n:03}", says=f"text {n:03}")
    page = await shown(people)
    older = page.partition('rel="prev" href="')[2].partition('"')[0]
    before = await shown(people, older)

    assert ("text 059" in page, "text 000" in page) == (True, False)
    assert ("text 059" in before, "text 000" in before) == (False, True)
    assert "This is where it began." in before


async def test_an_operator_replies(people: People):
    await people.texting.answered("hello")
    await does(people, "reply", text="Cara here.", take_over="yes")
    last = (await entries(people))[-1]
    [known] = await people.app.store.conversations_with(ADDRESS, ANN)

    assert ("operator", "Cara here.") == (last["author"], last["element"]["message"])
    assert "operator" == known["taken_by"]


async def test_what_cannot_be_said_is_told_beside_what_was_typed(people: People):
    await people.texting.answered("hello")
    await optouts.add(people.app, endpoint=ADDRESS, contact=ANN, reason="asked by phone")
    browser = await people.browser("operator")
    refused = await browser.do(AT, "reply", text="But wait!")

    assert 422 == refused.status_code
    assert "They opted out, so they are not texted." in refused.text
    assert "\nBut wait!</textarea>" in refused.text


async def test_it_is_taken_over_and_handed_back(people: People):
    await people.texting.answered("hello")
    taken = await does(people, "take_over")
    returned = await does(people, "hand_back")

    assert "answers; the bot is not asked." in taken
    assert "The next text goes to the bot." in returned
    assert ["taken_over", "handed_back"] == [
        one["element"]["code"] for one in await entries(people) if one["author"] == "system"
    ]


async def test_what_went_no_further_is_tried_again_or_given_up(people: People):
    await people.texting.parks("hm?")
    again = await does(people, "retry", id="1-1")
    await people.texting.park(await people.texting.claim(), "The bot was silent.")
    given_up = await does(people, "discard", id="1-1")

    assert "It is tried again." in again
    assert "It is discarded." in given_up


async def test_a_session_is_ended_and_a_flag_taken_off(people: People):
    await people.texting.answered("hello")
    await people.texting.text("hi", flag="It came to another number.")
    flagged = await shown(people)
    ended = await does(people, "end")
    clear = await does(people, "unflag")

    assert "It came to another number." in flagged
    assert "The session has ended." in ended
    assert "The flag is off." in clear


async def test_one_text_and_then_all_of_it_is_redacted(people: People):
    await people.texting.answered("your code is 42", says="my card is 4111")
    await people.texting.sends("sent", provider_id="SM9")
    one = await does(people, "redact", id="1-2")
    whole = await does(people, "redact_all")

    assert ("42" in one, "4111" in one, "4111" in whole) == (False, True, False)
    assert ["redacted", "redacted"] == [e["element"]["type"] for e in await entries(people)]


async def test_it_is_downloaded(people: People):
    await people.texting.answered("hello")
    browser = await people.browser("viewer")
    whole = await browser.get(f"{AT}?file=json")
    table = await browser.get(f"{AT}?file=csv")

    assert ["hi", "hello"] == [
        one["element"]["message"] for one in json.loads(whole.text)["timeline"]
    ]
    assert "text/csv; charset=utf-8" == table.headers["content-type"]
    assert "conversation-15550100001.csv" in table.headers["content-disposition"]
    assert 3 == len(table.text.splitlines())


async def test_a_viewer_looks_and_does_nothing(people: People):
    await people.texting.answered("hello")
    page = await shown(people, role="viewer")
    browser = await people.browser("viewer")
    refused = await browser.do(AT, "take_over")

    assert "hello" in page
    assert 'name="do"' not in page.partition("<main")[2]
    assert 403 == refused.status_code


@pytest.mark.parametrize("path", [f"conversations/{ADDRESS}/{BOB}", "conversations/none/x"])
async def test_where_nothing_was_said_there_is_no_page(people: People, path: str):
    browser = await people.browser("operator")

    assert 404 == (await browser.get(path)).status_code


async def test_another_organizations_conversation_is_not_there(people: People):
    await people.texting.answered("hello")
    stranger = await people.browser("owner", "acme")
    theirs = f"conversations/{ADDRESS}/{ANN}"
    found = [await stranger.get(theirs), await stranger.get(f"{theirs}?file=json")]
    done = [await stranger.do(theirs, act) for act in ("take_over", "redact_all", "end")]
    await stranger.do(f"conversations/{OTHER_ADDRESS}/{ANN}", "redact", id="1-1")

    assert {404} == {one.status_code for one in (*found, *done)}
    assert ["hi", "hello"] == [e["element"]["message"] for e in await entries(people)]


@pytest.mark.parametrize("contact", ["web:ann/42?x#y", "Ann & <b>Co</b>", "100%"])
async def test_whoever_texts_has_a_page(people: People, contact: str):
    await people.texting.answered("hello", contact=contact)
    [known] = await people.app.store.conversations_with(ADDRESS, contact)
    browser = await people.browser("operator")
    found = await browser.get(f"conversations/{ADDRESS}/{quote(contact, safe='')}")

    assert 200 == found.status_code
    assert "hello" in found.text
    assert known["contact"] == contact


async def test_a_page_asks_the_store_as_often_for_much_as_for_little(
    people: People, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    driver: Any = people.app.store._driver
    ask = driver.ask

    async def counted(run: Any) -> Any:
        asked.append(run.name)
        return await ask(run)

    monkeypatch.setattr(driver, "ask", counted)
    await people.texting.answered("hello")
    await shown(people)
    little = len(asked)
    for n in range(20):
        await people.texting.answered(f"answer {n}")
    asked.clear()
    await shown(people)

    assert little == len(asked)

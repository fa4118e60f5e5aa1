"""The editor of a bot, without a browser."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import httpx2
import pytest

from tests.web.portal.conftest import Browser, People, words
from threadline.bots.flow.nodes import NODES
from threadline.operations import bot_drafts, bots

PAGE = "bots/MySmsBot/edit"
JSON = {"Accept": "application/json"}
HELLO = """\
Name: MySmsBot
Type: flow
Flow:
  nodes:
    start: {type: Start, next: hello}
    hello: {type: Dialogue, text: Good morning, next: end}
    end: {type: End}
"""
WRONG = HELLO.replace("next: end", "next: ende")


def of(page: str, field: str) -> str:
    """What a hidden field of the page has."""
    found = re.search(rf'name="{field}" value="([^"]*)"', page)
    assert found, field
    return unescape(found[1])


def block(page: str, id: str) -> Any:
    """JSON that the page has for its script."""
    found = re.search(rf'<script type="application/json" id="{id}">(.*?)</script>', page, re.S)
    assert found, id
    return json.loads(found[1])


async def sent(browser: Browser, act: str, **form: str) -> httpx2.Response:
    """As the page's script sends it: with what the page knew."""
    page = (await browser.get(PAGE)).text
    known = {"etag": of(page, "etag"), "base_version": of(page, "base_version")}
    return await browser.post(PAGE, {"do": act, **known, **form}, headers=JSON)


async def said(people: People) -> Any:
    document = await bots.describe(people.app, organization="flowit", name="MySmsBot")
    return document["Flow"]["nodes"]["hello"]["text"]


async def test_the_page_has_the_text_its_graph_and_what_can_be_written(people: People):
    page = (await (await people.browser("builder")).get(PAGE)).text

    looked = block(page, "looked")
    assert "hello" in {one["id"] for one in looked["graph"]["nodes"]}
    assert set(NODES) == set(block(page, "words")["nodes"])
    assert "Name: MySmsBot" in page


async def test_what_is_typed_is_looked_over_and_not_kept(people: People):
    browser = await people.browser("builder")

    answer = await sent(browser, "look", source=WRONG)

    assert [("wire_unknown_node", 6)] == [
        (one["code"], one["line"]) for one in answer.json()["problems"]
    ]
    assert "Good morning" not in (await browser.get(PAGE)).text


async def test_a_draft_is_kept_with_its_mistakes_and_the_bot_says_what_it_said(people: People):
    browser = await people.browser("builder")

    answer = await sent(browser, "save", source=WRONG)

    assert (200, 1) == (answer.status_code, answer.json()["revision"])
    page = (await browser.get(PAGE)).text
    assert "next: ende" in page
    assert answer.json()["etag"] == of(page, "etag")
    assert "Good morning" != await said(people)


async def test_what_is_published_is_what_the_bot_says(people: People):
    browser = await people.browser("builder")

    answer = await sent(browser, "publish", source=HELLO, note="Politer.")

    assert "Version 2 is what the bot says now." == answer.json()["said"]
    assert (0, 2) == (answer.json()["revision"], answer.json()["base_version"])
    assert "Good morning" == await said(people)
    version = await people.app.store.bot_version("flowit", "MySmsBot", 2)
    assert version is not None
    assert ("builder@flowit.example", "Politer.", HELLO) == (
        version.made.by,
        version.made.note,
        version.made.source,
    )


async def test_what_is_wrong_is_not_published_and_is_told_by_line(people: People):
    browser = await people.browser("builder")

    answer = await sent(browser, "publish", source=WRONG)

    assert 422 == answer.status_code
    assert [("wire_unknown_node", 6)] == [
        (one["code"], one["line"]) for one in answer.json()["problems"]
    ]
    assert "Good morning" != await said(people)


@pytest.mark.parametrize("act", ["save", "publish"])
async def test_nobody_writes_over_what_somebody_else_has_saved(people: People, act: str):
    mine, theirs = await people.browser("builder"), await people.browser("owner")
    page = (await mine.get(PAGE)).text
    known = {"etag": of(page, "etag"), "base_version": of(page, "base_version")}
    await sent(theirs, "save", source=HELLO.replace("morning", "evening"))

    refused = await mine.post(PAGE, {"do": act, "source": HELLO, **known}, headers=JSON)
    kept = await mine.post(
        PAGE, {"do": act, "source": HELLO, **known, "etag": ""}, headers=JSON
    )

    assert (412, 200) == (refused.status_code, kept.status_code)


async def test_a_draft_of_an_older_version_is_not_published_over_a_newer_one(people: People):
    mine = await people.browser("builder")
    page = (await mine.get(PAGE)).text
    known = {"etag": "", "base_version": of(page, "base_version")}
    await sent(await people.browser("owner"), "publish", source=HELLO)

    form = {"do": "publish", "source": HELLO.replace("morning", "evening")}
    refused = await mine.post(PAGE, {**form, **known}, headers=JSON)
    told = (await mine.get(PAGE)).text
    kept = await mine.post(PAGE, {**form, "etag": "", "base_version": "2"}, headers=JSON)

    assert 412 == refused.status_code
    assert "made of version 1" in refused.json()["detail"]
    assert 'data-moved="yes"' in told
    assert (200, "Good evening") == (kept.status_code, await said(people))


async def test_a_draft_that_is_thrown_away_is_gone(people: People):
    browser = await people.browser("builder")
    await sent(browser, "save", source=WRONG)

    answer = await browser.do(PAGE, "discard")
    again = await browser.do(PAGE, "discard")

    assert "The draft is gone." in words(answer)
    assert "next: ende" not in answer.text
    assert 200 == again.status_code


async def test_a_bot_is_tried_as_it_is_typed_and_goes_on_from_where_it_was(people: People):
    browser = await people.browser("builder")
    asks = HELLO.replace(
        "hello: {type: Dialogue, text: Good morning",
        "hello: {type: Input, store: name, text: Who is it?",
    ).replace(
        "next: end}", "next: bye}\n    bye: {type: Dialogue, text: 'Bye ${name}', next: end}"
    )

    first = (await sent(browser, "try", source=asks, text="hi")).json()
    state = json.dumps(first["state"])
    second = (await sent(browser, "try", source=asks, text="Ann", state=state)).json()

    assert ["Who is it?"] == [one["message"] for one in first["elements"]]
    assert [("start", 5), ("hello", 6)] == [
        (one["node"], one["line"]) for one in first["steps"]
    ]
    assert ["Bye Ann"] == [one["message"] for one in second["elements"]]
    assert second["ended"]
    assert 422 == (await sent(browser, "try", source=asks, text="x", state="{")).status_code


async def test_without_a_script_a_form_saves_and_publishes(people: People):
    browser = await people.browser("builder")

    refused = await browser.do(PAGE, "publish", source=WRONG)
    saved = await browser.do(PAGE, "save", source=HELLO)
    published = await browser.do(PAGE, "publish", source=HELLO)

    assert "There is no node `ende`." in words(refused)
    assert "next: ende" in refused.text
    assert "The draft is saved." in words(saved)
    assert "Version 2 is what the bot says now." in words(published)


async def test_a_viewer_sees_the_text_and_is_offered_nothing_to_do(people: People):
    page = await (await people.browser("viewer")).get(PAGE)

    assert "to change it you need the role builder" in words(page)
    assert "data-publish" not in page.text
    assert "data-trial" not in page.text


async def test_a_bot_behind_a_url_has_no_graph(people: People):
    there = {"Name": "There", "Type": "http", "Url": "https://bot.example.com/chat"}
    await bots.create(people.app, organization="flowit", document=there)

    page = (await (await people.browser("builder")).get("bots/There/edit")).text

    assert "data-graph" not in page
    assert block(page, "looked")["graph"] is None


async def test_looking_and_trying_leave_no_line_in_the_audit_log(people: People):
    browser = await people.browser("builder")
    before = len(await people.app.store.audit("flowit", 100, 0))

    for act in ("look", "try", "save"):
        await sent(browser, act, source=HELLO, text="hi")
    quiet = len(await people.app.store.audit("flowit", 100, 0)) - before
    await sent(browser, "publish", source=HELLO)
    told = (await people.app.store.audit("flowit", 100, 0))[0]

    assert 0 == quiet
    assert ("publish", "/bots/MySmsBot/edit") == (told.what, told.about)


async def test_what_a_bot_says_cannot_end_the_block_of_its_page(people: People):
    nasty = HELLO.replace("Good morning", '"</script><script>alert(1)</script>"')
    browser = await people.browser("builder")
    await sent(browser, "save", source=nasty)

    page = (await browser.get(PAGE)).text

    assert "<script>alert" not in page
    assert "</script><script>alert(1)</script>" in {
        one["summary"] for one in block(page, "looked")["graph"]["nodes"]
    }
    draft = await bot_drafts.describe(people.app, organization="flowit", name="MySmsBot")
    assert nasty == draft["source"]

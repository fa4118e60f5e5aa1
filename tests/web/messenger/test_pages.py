"""The messenger's page and script, and which sites may show it and talk with it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.web.messenger.conftest import ADDRESS, ANN, Messenger
from tests.world import ADDRESS as SMS
from threadline.model.endpoint import Endpoint
from threadline.web import origins

PAGE = f"/messenger/{ADDRESS}"
POST = f"/v1/engage/{ADDRESS}"
EVENTS = f"{PAGE}/events"
SHOP, EVIL = "https://www.example.com", "https://evil.example.net"
ASKS = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


async def test_the_page_runs_nothing_but_its_own_scripts(messenger: Messenger):
    answer = await messenger.client.get(PAGE)
    policy = answer.headers["content-security-policy"]

    assert 200 == answer.status_code
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", answer.text)
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "no-referrer" == answer.headers["referrer-policy"]


async def test_every_file_that_the_page_names_is_there(messenger: Messenger):
    page = (await messenger.client.get(PAGE)).text
    for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        answer = await messenger.client.get(unescape(name))

        assert (name, 200) == (name, answer.status_code)
        for more in re.findall(r'from "\./([^"]+)"', answer.text):
            found = await messenger.client.get(f"/static/messenger/{more}")
            assert (more, 200) == (more, found.status_code)


async def test_it_has_the_bots_name_and_the_endpoints_style(messenger: Messenger):
    await messenger.allow(
        Style={
            "name": "<b>Flora & Co</b>",
            "subtitle": '"Daily" from 7',
            "avatar": "javascript:alert(1)",
            "headerBackgroundColor": "#123456",
            "headerTextColor": '"><script>',
        }
    )
    page = (await messenger.client.get(PAGE)).text

    assert "<h1>&lt;b&gt;Flora &amp; Co&lt;/b&gt;</h1>" in page
    assert "&#34;Daily&#34; from 7" in page
    assert "javascript:" not in page
    assert "<script>" not in page
    assert "#123456" in page


@pytest.mark.parametrize("address", ["nowhere", SMS, "<script>alert(1)</script>"])
async def test_where_there_is_no_messenger_a_page_says_so(messenger: Messenger, address: str):
    answer = await messenger.client.get(f"/messenger/{address}")

    assert 404 == answer.status_code
    assert "There is no messenger here" in answer.text
    assert "<script" not in answer.text


async def test_by_default_only_this_server_may_show_it(messenger: Messenger):
    policy = (await messenger.client.get(PAGE)).headers["content-security-policy"]

    assert policy.endswith("; frame-ancestors 'self'")


async def test_the_sites_that_are_listed_may_show_it(messenger: Messenger):
    await messenger.allow("*.example.com", "https://Shop.example.org:8443/")
    policy = (await messenger.client.get(PAGE)).headers["content-security-policy"]

    assert policy.endswith(
        "; frame-ancestors 'self' *.example.com https://shop.example.org:8443"
    )


def test_what_is_no_domain_is_not_in_the_policy():
    listed: list[Any] = ["https://a.example; script-src *", "*", 7, "https://ok.example"]
    endpoint = Endpoint(1, "flowit", {"EngagementType": "Web", "AllowedDomains": listed})

    assert "'self' https://ok.example" == origins.frame_ancestors(endpoint)


async def test_a_page_of_a_listed_site_may_post_and_read_the_answer(messenger: Messenger):
    await messenger.allow(SHOP)
    asked = await messenger.client.options(POST, headers={"Origin": SHOP, **ASKS})
    posted = await messenger.post("", headers={"Origin": SHOP})

    assert (200, SHOP) == (asked.status_code, asked.headers["access-control-allow-origin"])
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "content-type" in asked.headers["access-control-allow-headers"]
    assert (200, SHOP) == (posted.status_code, posted.headers["access-control-allow-origin"])
    assert "origin" == posted.headers["vary"]


async def test_a_page_of_another_site_may_not(messenger: Messenger):
    await messenger.allow(SHOP)
    asked = await messenger.client.options(POST, headers={"Origin": EVIL, **ASKS})
    posted = await messenger.post("", headers={"Origin": EVIL})

    assert (405, 403) == (asked.status_code, posted.status_code)
    for answer in (asked, posted):
        assert "access-control-allow-origin" not in answer.headers


async def test_without_a_list_no_other_site_may_read_an_answer(messenger: Messenger):
    asked = await messenger.client.options(POST, headers={"Origin": EVIL, **ASKS})

    assert 405 == asked.status_code
    assert "access-control-allow-origin" not in asked.headers


async def test_the_messenger_itself_may_always_post(messenger: Messenger):
    await messenger.allow(SHOP)
    own = await messenger.post("", headers={"Origin": messenger.world.url})
    seen = {"Origin": "http://threadline.local", "Sec-Fetch-Site": "same-origin"}
    by_another_name = await messenger.post("", headers=seen)

    assert (200, 200) == (own.status_code, by_another_name.status_code)


async def test_a_page_of_a_listed_site_may_follow_the_conversation(messenger: Messenger):
    await messenger.allow(SHOP)
    asked = await messenger.client.options(EVENTS, headers={"Origin": SHOP, **ASKS})
    async with messenger.line(Origin=SHOP) as line:
        assert (200, SHOP) == (
            line.answer.status_code,
            line.answer.headers["access-control-allow-origin"],
        )

    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert "last-event-id" in asked.headers["access-control-allow-headers"]


async def test_a_page_of_another_site_may_not_follow_it(messenger: Messenger):
    await messenger.allow(SHOP)
    for origin in (EVIL, "null", "https://www.example.com.evil.example.net"):
        async with messenger.line(Origin=origin) as line:
            await line.answer.aread()

            assert 403 == line.answer.status_code
            assert "access-control-allow-origin" not in line.answer.headers


async def test_a_provider_is_told_nothing_of_sites(messenger: Messenger):
    answer = await messenger.post("")

    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "vary" not in answer.headers


async def test_the_script_for_other_pages_is_small_and_may_be_loaded_anywhere(
    messenger: Messenger,
):
    answer = await messenger.client.get("/messenger.js")
    mark = answer.headers["etag"]
    again = await messenger.client.get("/messenger.js", headers={"If-None-Match": mark})

    assert "text/javascript; charset=utf-8" == answer.headers["content-type"]
    assert "cross-origin" == answer.headers["cross-origin-resource-policy"]
    assert len(answer.content) < 8192
    assert 304 == again.status_code


async def test_a_stranger_who_asks_for_the_preview_gets_what_visitors_get(messenger: Messenger):
    page = (await messenger.client.get(f"{PAGE}?preview=0")).text

    assert "data-builder" not in page
    assert "data-visitor" not in page
    async with messenger.line(query="?preview=0") as line:
        await line.standing(answers=True)
        await messenger.post("unknown", ANN)
        await messenger.post("unknown", ANN, MessageId="2")
        assert {"unknown", "Hello!"} == {*await line.words(3)}

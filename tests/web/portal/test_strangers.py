"""
Every page and what it does, asked by who may not: nobody, another organization, another role.

The pages are those of `PAGES`; one that is new is asked too, and one with a new kind of name
in its path fails until `NAMES` has a sample.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.store.samples import ANN
from tests.web.portal.conftest import MINE, OTHERS, People, words
from tests.world import ADDRESS
from threadline.model.people import ROLES, at_least
from threadline.web.portal import PAGES
from threadline.web.portal.page import Page

NAMES = {
    "endpoint": ADDRESS,
    "address": ADDRESS,
    "contact": ANN,
    "bot": "MySmsBot",
    "name": "MySmsBot",
    "version": "1",
    "srn": f"srn:vault::{MINE}:secretdoc:{ADDRESS}-keys",
}
"""Things of flowit, by the name that they have in paths."""
OWN = {"/profile"}
"""Pages about oneself, which everybody may change."""


def path(page: Page) -> str:
    """With things of flowit in it."""
    return re.sub(
        r"{(\w+)(?::path)?}", lambda name: quote(NAMES[name[1]], safe=""), page.path
    ).removeprefix("/")


def acts() -> list[tuple[Page, str]]:
    return [(page, name) for page in PAGES for name in page.acts]


def told(value: object) -> str:
    return value.path if isinstance(value, Page) else str(value)


@pytest.fixture
async def texted(people: People) -> People:
    await people.texting.text("hello", ANN)
    return people


async def test_who_has_not_signed_in_is_asked_to(texted: People):
    wrong = []
    for page in PAGES:
        answer = await texted.nobody().get(path(page))
        to = answer.headers.get("location", "")
        if answer.status_code != 303 or not to.startswith("/sign-in?next="):
            wrong.append((page.path, answer.status_code, to))

    assert [] == wrong


async def test_another_organization_is_not_there(texted: People):
    stranger = await texted.browser("owner", OTHERS)
    wrong = []
    for page in PAGES:
        theirs = await stranger.get(f"/o/{MINE}/{path(page)}")
        nowhere = await stranger.get(f"/o/nowhere/{path(page)}")
        seen = (theirs.status_code, nowhere.status_code)
        if seen != (404, 404) or words(theirs) != words(nowhere):
            wrong.append((page.path, seen, words(theirs)))

    assert [] == wrong


async def test_what_is_anothers_is_not_there_under_ones_own_either(texted: People):
    stranger = await texted.browser("owner", OTHERS)
    named = [page for page in PAGES if "{" in page.path]
    shown = {page.path: (await stranger.get(path(page))).status_code for page in named}

    assert dict.fromkeys(shown, 404) == shown


@pytest.mark.parametrize("role", ROLES)
async def test_a_page_is_shown_to_its_role_and_those_above(texted: People, role: str):
    browser = await texted.browser(role)
    [here] = [one for one in ROLES if one == role]
    shown = {page.path: (await browser.get(path(page))).status_code for page in PAGES}

    wanted = {page.path: 200 if at_least(here, page.role) else 403 for page in PAGES}
    assert wanted == shown


async def test_what_a_page_does_needs_its_role(texted: People):
    wrong = []
    for page, act in acts():
        wanted = page.acts[act].role
        for role in ROLES[: ROLES.index(wanted)]:
            browser = await texted.browser(role)
            answer = await browser.post(path(page), {"do": act})
            if answer.status_code != 403 or "you need the role" not in words(answer):
                wrong.append((page.path, act, role, answer.status_code, words(answer)))

    assert [] == wrong
    assert OWN == {page.path for page, act in acts() if page.acts[act].role == "viewer"}


async def test_what_a_page_does_needs_its_own_form(texted: People):
    owner = await texted.browser("owner")
    stranger = await texted.browser("owner", OTHERS)
    nobody = texted.nobody()
    wrong = []
    for page, act in acts():
        form = {"do": act, "token": "guessed"}
        asked = (
            await owner.post(path(page), form),
            await nobody.post(path(page), form),
            await stranger.post(f"/o/{MINE}/{path(page)}", form),
        )
        if (403, 401, 404) != (seen := tuple(one.status_code for one in asked)):
            wrong.append((page.path, act, seen))

    assert [] == wrong


async def test_every_page_says_what_it_may_load_and_who_may_frame_it(texted: People):
    owner = await texted.browser("owner")
    told = {page.path: (await owner.get(path(page))).headers for page in PAGES}
    wanted = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000",
        "cache-control": "no-store",
    }

    for page, headers in told.items():
        assert wanted == {name: headers.get(name) for name in wanted}, page
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, page
        assert "frame-ancestors 'none'" in policy, page
        assert "unsafe" not in policy, page


async def test_no_page_has_a_script_or_a_style_in_it(texted: People):
    owner = await texted.browser("owner")
    inline = r"<script(?![^>]*(?:src=|application/json))[^>]*>|<style|\sstyle=|\son\w+="
    found = {
        page.path: re.findall(inline, (await owner.get(path(page))).text) for page in PAGES
    }

    assert {} == {page: pieces for page, pieces in found.items() if pieces}


async def test_what_is_live_is_a_block_of_its_template(texted: People):
    owner = await texted.browser("owner")
    for page in PAGES:
        text = (await owner.get(path(page))).text

        assert [] == [one for one in page.live if f'data-live="{one}"' not in text], page.path

"""The messenger as visitors of a web site use it, in a real browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.browser.conftest import Demo
from tests.browser.test_every_page import troubles, violations
from tests.docs.test_readme import blocks
from tests.web.messenger.everything import SAYS, flow
from tests.world import flow_bot
from threadline.operations import bots, endpoint_changes
from threadline.web import server

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

ADDRESS = "flowit-MySmsBot"
PATH = f"/messenger/{ADDRESS}"


@pytest_asyncio.fixture(loop_scope="session")
async def shown(demo: Demo) -> AsyncIterator[Demo]:
    """The bot says everything that there is."""
    app = demo.world.app
    bot = flow_bot(flow())
    await bots.replace(app, organization="flowit", name="MySmsBot", document=bot)
    yield demo


async def visit(demo: Demo, **window: Any) -> Page:
    """Somebody opens the messenger, and was greeted. No page of theirs is loaded from afar."""
    context = await demo.anybody(**window)
    page = await context.new_page()
    await page.route(re.compile("^https:"), answer_nothing)
    await page.goto(demo.at(PATH))
    await said(page, "Hello!")
    return page


async def answer_nothing(route: Any) -> None:
    await route.fulfill(status=200, content_type="text/html", body="<p>A page from afar</p>")


async def said(page: Any, words: str) -> Locator:
    found = page.get_by_role("log").get_by_text(words, exact=True)
    await found.wait_for()
    return found


async def say(page: Any, words: str) -> None:
    await page.get_by_label("Your message").fill(words)
    await page.get_by_label("Your message").press("Enter")
    await page.locator(".entry.visitor:not(.pending)", has_text=words).last.wait_for()


def complained(demo: Demo, of: str) -> list[str]:
    """What the browser's console had to say of that, which was to be expected."""
    found = [one for one in demo.complaints if of in one]
    demo.complaints[:] = [one for one in demo.complaints if of not in one]
    return found


async def entries(page: Any) -> list[str]:
    return [str(one) for one in await page.locator(".entry .bubble").all_inner_texts()]


async def test_the_bot_greets_and_answers_and_is_there_after_a_reload(shown: Demo):
    page = await visit(shown)
    await say(page, "hi")
    await said(page, "You said hi.")
    await page.reload()
    await said(page, "You said hi.")

    assert ["Hello!", "hi", "You said hi."] == await entries(page)


async def test_another_visitor_begins_for_themselves(shown: Demo):
    await say(await visit(shown), "a secret")
    other = await visit(shown)

    assert ["Hello!"] == await entries(other)


async def test_two_windows_of_one_visitor_show_the_same(shown: Demo):
    page = await visit(shown)
    other = await page.context.new_page()
    await other.goto(shown.at(PATH))
    await said(other, "Hello!")
    await say(page, "hi")
    await said(other, "You said hi.")
    await say(other, "ho")
    await said(page, "You said ho.")

    everything = ["Hello!", "hi", "You said hi.", "ho", "You said ho."]
    assert (everything, everything) == (await entries(page), await entries(other))


async def test_a_button_tells_the_bot_what_was_chosen(shown: Demo):
    page = await visit(shown)
    await say(page, "buttons")
    await page.get_by_role("button", name="Yes, please").click()
    await said(page, "You said Yes, please, by buttonPromptContainer yes.")

    assert 1 == await page.locator(".entry.visitor", has_text="Yes, please").count()


async def test_a_suggestion_is_said_and_all_of_them_are_gone(shown: Demo):
    page = await visit(shown)
    await say(page, "suggestions")
    await page.get_by_role("button", name="Tea").click()
    await said(page, "You said Tea.")

    assert 0 == await page.get_by_role("button", name="Coffee").count()


async def test_stars_items_and_the_drop_down_choose(shown: Demo):
    page = await visit(shown)
    await say(page, "stars")
    await page.get_by_role("button", name="4 of 5 stars").click()
    await said(page, "You said 4, by starRating 4.")
    await say(page, "list")
    await page.get_by_role("button", name="Coffee").click()
    await said(page, "You said Coffee.")
    await say(page, "carousel")
    await page.get_by_role("button", name="Library").click()
    await said(page, "You said Library, by list b.")
    await say(page, "dropdown")
    await page.get_by_role("combobox").select_option("Tuesday")
    await page.get_by_role("button", name="Choose").click()
    await said(page, "You said Tuesday.")


async def test_a_banner_passes_and_its_option_can_be_chosen(shown: Demo):
    page = await visit(shown)
    await say(page, "banner")
    await page.get_by_text("We are back on Tuesday.").wait_for()
    await page.get_by_role("button", name="Understood").click()
    await said(page, "You said Understood.")

    assert 0 == await page.get_by_text("We are back on Tuesday.").count()


async def test_a_detail_opens_above_the_conversation_and_tells_how_it_ended(shown: Demo):
    page = await visit(shown)
    await say(page, "detail")
    await page.get_by_role("button", name="Fill in the form").click()
    inside = page.frame_locator("dialog iframe")
    await inside.get_by_text("A page from afar").wait_for()
    await page.get_by_role("button", name="Done").click()
    await said(page, "You said completed, by detailView completed.")
    await page.get_by_role("button", name="Fill in the form").click()
    await page.keyboard.press("Escape")
    await said(page, "You said cancelled, by detailView cancelled.")


async def test_html_in_a_text_is_shown_as_it_is_written_and_never_runs(shown: Demo):
    page = await visit(shown)
    await say(page, "html")
    evil = page.locator(".bot .bubble", has_text="<img src=x")
    await evil.wait_for()
    await say(page, "<img src=x onerror=\"document.title='evil'\">")
    await page.reload()
    await evil.first.wait_for()

    assert "MySmsBot" == await page.title()
    assert 0 == await page.locator("#log img, #log script").count()


async def test_only_web_addresses_become_links(shown: Demo):
    page = await visit(shown)
    await say(page, "link")
    await page.get_by_text("Look at").wait_for()
    links = await page.locator("#log a").evaluate_all("all => all.map(a => [a.href, a.rel])")

    assert [["https://example.com/a(b", "noopener noreferrer"]] == links


async def test_what_it_cannot_show_is_nothing_to_a_visitor(shown: Demo):
    page = await visit(shown)
    await say(page, "unknown")
    await say(page, "hi")
    await said(page, "You said hi.")

    assert 0 == await page.get_by_text("Hologram").count()


async def test_the_builder_sees_it_in_the_preview_and_what_sms_would_say(shown: Demo):
    page = await shown.sign_in(f"preview?endpoint={ADDRESS}&sms=1", role="builder")
    frame = page.frame_locator(".device iframe")
    await said(frame, "Hello!")
    await say(frame, "unknown")
    await say(frame, "list")
    await frame.get_by_text("Visitors do not see this: Hologram").wait_for()
    await page.get_by_text("A list cannot be shown by SMS.").wait_for()
    await page.get_by_role("link", name="is said in words").click()
    await page.get_by_text("1. Tea").wait_for()
    await page.get_by_role("link", name="Begin anew").click()
    await said(page.frame_locator(".device iframe"), "Hello!")

    assert 0 == await frame.get_by_text("Menu").count()


async def test_a_viewer_sees_in_the_preview_what_visitors_see(shown: Demo):
    page = await shown.sign_in(f"preview?endpoint={ADDRESS}", role="viewer")
    frame = page.frame_locator(".device iframe")
    await said(frame, "Hello!")
    await say(frame, "unknown")
    await say(frame, "hi")
    await said(frame, "You said hi.")

    assert 0 == await frame.get_by_text("Hologram").count()


async def test_shift_and_enter_begin_a_new_line(shown: Demo):
    page = await visit(shown)
    await page.get_by_label("Your message").fill("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")

    await page.locator(".visitor .bubble", has_text="one\ntwo").wait_for()


async def test_what_is_written_offline_is_sent_once_when_the_line_is_back(shown: Demo):
    page = await visit(shown)
    await page.context.set_offline(True)
    await page.get_by_label("Your message").fill("are you there?")
    await page.keyboard.press("Enter")
    await page.get_by_text("Not sent yet.").wait_for()
    await page.context.set_offline(False)
    await said(page, "You said are you there?.")

    assert ["Hello!", "are you there?", "You said are you there?."] == await entries(page)
    assert 0 == await page.get_by_text("Not sent yet.").count()
    assert complained(shown, "net::ERR_INTERNET_DISCONNECTED")


async def test_a_message_whose_answer_was_lost_counts_once(shown: Demo):
    page = await visit(shown)

    async def lose(route: Any) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/v1/engage/*", lose, times=1)
    await say(page, "hi")
    await said(page, "You said hi.")
    await say(page, "ho")
    await said(page, "You said ho.")

    assert ["Hello!", "hi", "You said hi.", "ho", "You said ho."] == await entries(page)
    assert complained(shown, "net::ERR_FAILED")


async def test_while_nobody_answers_it_says_so(shown: Demo):
    page = await visit(shown)
    app = shown.world.app
    await endpoint_changes.patch(
        app, organization="flowit", address=ADDRESS, fields={"Status": "offline"}
    )
    await say(page, "hi")

    await page.get_by_text("Nobody answers right now.").wait_for()


@asynccontextmanager
async def site(snippet: str) -> AsyncIterator[str]:
    """Another web site, with a page that has the messenger's script in it."""
    body = f"<!doctype html><title>A shop</title><h1>A shop</h1>{snippet}".encode()
    headers = [(b"content-type", b"text/html"), (b"content-security-policy", CSP)]

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            start = {"type": "http.response.start", "status": 200, "headers": headers}
            await send(start)
            await send({"type": "http.response.body", "body": body})

    with server.listen("127.0.0.1", 0) as line:
        serving, task = server.serve_on(line, serve)
        yield f"http://localhost:{line.getsockname()[1]}"
        serving.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


CSP = b"default-src 'self'; script-src http://127.0.0.1:*; frame-src http://127.0.0.1:*"
"""As strict sites have it: the script needs no style of the page's."""


def snippet(demo: Demo) -> str:
    return f'<script src="{demo.url}/messenger.js" data-endpoint="{ADDRESS}" async></script>'


async def allow(demo: Demo, *domains: str) -> None:
    await endpoint_changes.patch(
        demo.world.app,
        organization="flowit",
        address=ADDRESS,
        fields={"AllowedDomains": list(domains)},
    )


async def test_a_site_that_is_listed_shows_it_behind_a_button(shown: Demo):
    async with site(snippet(shown)) as url:
        await allow(shown, url)
        page = await (await shown.anybody()).new_page()
        await page.goto(url)
        await page.evaluate(
            "document.addEventListener('threadline:notification', "
            "told => document.querySelector('h1').textContent = told.detail)"
        )
        await page.get_by_role("button", name="Chat with us").press("Enter")
        frame = page.frame_locator("iframe")
        await said(frame, "Hello!")
        await say(frame, "notification")
        await page.get_by_role("heading", name="cart:3").wait_for()
        await page.keyboard.press("Escape")
        closed = await page.locator("iframe").is_hidden()
        await page.get_by_role("button", name="Chat with us").click()
        await said(frame, "notification")

        assert closed
        await page.close()


async def test_a_site_that_is_not_listed_cannot_show_it(shown: Demo):
    async with site(snippet(shown)) as url:
        await allow(shown, "https://www.example.com")
        page = await (await shown.anybody()).new_page()
        await page.goto(url)
        await page.get_by_role("button", name="Chat with us").click()
        await page.get_by_text("The messenger could not be loaded here.").wait_for()

        assert 0 == await page.frame_locator("iframe").get_by_role("log").count()
        await page.close()

    assert complained(shown, "frame-ancestors")


@pytest.mark.timeout(180)
async def test_everybody_can_use_everything_that_a_bot_says(shown: Demo):
    page = await visit(shown)
    for words in SAYS:
        if words not in ("unknown", "notification", "banner"):
            await say(page, words)
            await page.locator("#log > .entry:last-child:not(.visitor)").wait_for()
    await say(page, "banner")
    await page.get_by_text("We are back on Tuesday.").wait_for()
    await say(page, "suggestions")
    await page.get_by_role("button", name="Water").wait_for()

    assert [] == await troubles(page)


async def test_where_there_is_no_messenger_the_page_says_so(shown: Demo):
    page = await (await shown.anybody()).new_page()
    await page.goto(shown.at("/messenger/nowhere"))

    await page.get_by_text("There is no messenger here").wait_for()
    assert [] == await violations(page)


async def test_the_program_of_the_page_about_it_talks_with_the_bot(shown: Demo):
    [program] = blocks("js", Path("docs/howto/messenger.md"))
    program = program.replace("https://sms.example.com", shown.url)
    async with site("") as url:
        await allow(shown, url)
        page = await (await shown.anybody(bypass_csp=True)).new_page()
        await page.goto(url)
        found = await page.evaluate(
            f"""async () => {{
                {program}
                const told = [];
                const there = new Promise((done) => follow((one) => {{
                    told.push(`${{one.author}}: ${{one.element.message}}`);
                    if (told.length === 4) done(told);
                }}));
                await say("");
                while (told.length < 2) await new Promise((later) => setTimeout(later, 10));
                await say("hi");
                return there;
            }}"""
        )
        await page.close()

    assert ["visitor: ", "bot: Hello!", "visitor: hi", "bot: You said hi."] == found

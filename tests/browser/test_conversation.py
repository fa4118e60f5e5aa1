"""The page of a conversation in a real browser: live, without losing what is being typed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.browser.conftest import Demo
from tests.world import ADDRESS, ANN
from threadline.model import segments
from threadline.model.smart import smart

if TYPE_CHECKING:
    from playwright.async_api import Page

AT = f"conversations/{ADDRESS}/{ANN}"


async def opened(demo: Demo, **window: bool) -> Page:
    """Ann has texted and was answered; an operator looks."""
    await demo.world.text("hello")
    wanted = ["Hello!", "Tea or coffee?"]
    assert wanted == await demo.world.until(demo.world.received, wanted)
    return await demo.sign_in(AT, "operator", **window)


async def test_what_is_new_comes_by_itself_and_what_is_typed_stays(demo: Demo):
    page = await opened(demo)
    box = page.get_by_label("Reply as Operator")
    await box.fill("I am just ty")
    await page.locator(".tries summary").first.click()
    began = time.perf_counter()
    await demo.world.text("tea")
    await page.get_by_text("tea", exact=True).wait_for()
    took = time.perf_counter() - began
    await page.get_by_text("Good choice.").wait_for()

    assert "I am just ty" == await box.input_value()
    assert 1 == await page.locator(".tries[open]").count()
    assert took < 5


async def test_the_newest_is_in_sight(demo: Demo):
    page = await opened(demo)
    for n in range(8):
        await demo.world.text(f"text {n}")
    last = page.get_by_text("text 7", exact=True)
    await last.wait_for()
    await page.wait_for_function(
        "() => { const log = document.querySelector('talk-log');"
        " return log.scrollHeight - log.scrollTop - log.clientHeight < 5; }"
    )


async def test_an_operator_takes_over_replies_and_hands_back(demo: Demo):
    page = await opened(demo)
    await page.get_by_role("button", name="Take over").click()
    await page.get_by_text("answers; the bot is not asked.").wait_for()
    await page.get_by_label("Reply as Operator").fill("A person here.")
    await page.keyboard.press("Control+Enter")
    await page.locator(".text.operator .tick.good").wait_for()
    heard = ["Hello!", "Tea or coffee?", "A person here."]
    said = await demo.world.until(demo.world.received, heard)
    await page.get_by_role("button", name="Hand back to the bot").click()
    await page.get_by_role("button", name="Take over").wait_for()

    assert heard == said


async def test_redacting_asks_first(demo: Demo):
    page = await opened(demo)
    await page.locator(".text.contact .tries summary").click()
    await page.locator(".text.contact").get_by_role("button", name="Redact").click()
    await page.get_by_role("button", name="Leave it").click()
    kept = await page.get_by_text("hello", exact=True).count()
    await page.locator(".text.contact").get_by_role("button", name="Redact").click()
    await page.get_by_role("button", name="Do it").click()
    await page.get_by_text("Redacted by Operator").wait_for()

    assert 1 == kept
    assert 0 == await page.get_by_text("hello", exact=True).count()


TEXTS = (
    *("hello", "a" * 160, "a" * 161, "{" * 80, "{" * 81, "line\nline", "€" * 77),
    *("It’s “ready” – now…", "日本", "é" * 161, "👋🏽" * 18, "a" * 69 + "👋🏽" + "b" * 66),
)


async def test_segments_are_counted_as_they_are_charged(demo: Demo):
    page = await opened(demo)
    told = []
    for text in TEXTS:
        await page.get_by_label("Reply as Operator").fill(text)
        words = await page.locator("segment-count").text_content() or ""
        count, encoding = words.split(" · ")[:2]
        told.append((int(count.split()[0]), encoding.partition(" because")[0]))
    wanted = [segments.measure(smart(text)) for text in TEXTS]

    assert [(one.count, one.encoding) for one in wanted] == told

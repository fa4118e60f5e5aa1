"""The editor of a bot, as somebody types in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Demo
from tests.world import ANN
from threadline.operations import bot_drafts, bots

if TYPE_CHECKING:
    from playwright.async_api import Page

EDIT = "bots/MySmsBot/edit"
PATIENCE = 10_000
BROKEN = re.compile("wrong")


SOURCE = """\
# The bot of these tests; it has been published as version 2.
Name: MySmsBot
Type: flow
Flow:
  nodes:
    start:
      type: Start
      next: hello
    hello:
      type: Dialogue
      text: Hello!
      next: ask
    ask:
      type: Prompt
      text: Tea or coffee?
      options:
        tea: good
        coffee: out
    good:
      type: Dialogue
      text: Good choice.
      next: end
    out:
      type: Dialogue
      text: Out of beans.
      next: ask
    end: {type: End}
"""


async def opened(demo: Demo, role: str = "builder", **window: Any) -> Page:
    """The editor in somebody's browser, with that text in it."""
    app, bot = demo.world.app, {"organization": "flowit", "name": "MySmsBot"}
    if (await bots.describe(app, **bot))["Version"] == 1:
        await bot_drafts.save(app, **bot, source=SOURCE)
        await bot_drafts.publish(app, **bot)
    page = await demo.sign_in(EDIT, role=role, **window)
    await page.locator("bot-editor.ready").wait_for()
    return page


async def type_at(page: Page, line: str, text: str, times: int = 1) -> None:
    """At the end of the first line that has this, after `times` characters were taken away."""
    await page.locator(".cm-line", has_text=line).first.click()
    await page.keyboard.press("End")
    for _n in range(times):
        await page.keyboard.press("Backspace")
    await page.keyboard.type(text)


async def line_at(page: Page) -> str:
    """The number of the line that the cursor is on."""
    return (await page.locator(".cm-lineNumbers .cm-activeLineGutter").inner_text()).strip()


def node(page: Page, name: str) -> Any:
    return page.locator(".graph .node", has=page.get_by_text(name, exact=True))


async def test_a_mistake_is_marked_where_it_is_typed_and_goes_when_it_is_mended(demo: Demo):
    page = await opened(demo)

    await type_at(page, "next: ask", "x", times=0)

    await page.get_by_text("1 problem").wait_for()
    marked = page.locator(".cm-lintRange-error")
    assert "askx" == await marked.inner_text()
    assert 1 == await page.locator(".cm-lint-marker-error").count()
    row = page.locator(".problem-line")
    assert "There is no node `askx`." in await row.inner_text()
    assert BROKEN.search(await node(page, "hello").get_attribute("class") or "")
    await page.keyboard.press("Backspace")
    await page.get_by_text("Nothing is wrong").wait_for()
    assert 0 == await page.locator(".cm-lint-marker-error").count()


async def test_a_problem_leads_to_its_line(demo: Demo):
    page = await opened(demo)
    await type_at(page, "next: ask", "x", times=0)
    await page.locator(".cm-line").first.click()

    await page.locator(".problem-line").click()

    shown = await page.locator(".problem-line .where").inner_text()
    assert f"Line {await line_at(page)}" == shown
    assert await page.evaluate("document.activeElement.classList.contains('cm-content')")


async def test_a_node_leads_to_its_lines_and_the_cursor_to_its_node(demo: Demo):
    page = await opened(demo)

    await node(page, "good").click()

    lines = await page.locator(".cm-line").all_inner_texts()
    assert "good:" == lines[int(await line_at(page)) - 1].strip()
    assert "true" == await node(page, "good").get_attribute("aria-current")
    await page.locator(".cm-line", has_text="Out of beans").click()
    await page.locator(".node[aria-current]", has_text="out").wait_for()
    assert 1 == await page.locator(".node[aria-current]").count()


async def test_the_graph_is_walked_through_by_keys(demo: Demo):
    page = await opened(demo)
    await node(page, "start").focus()

    for _step in range(2):
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    assert "true" == await node(page, "ask").get_attribute("aria-current")


async def test_nodes_are_offered_where_a_wire_is_typed(demo: Demo):
    page = await opened(demo)
    await type_at(page, "tea: good", "", times=4)

    await page.keyboard.press("Control+Space")

    await page.locator(".cm-tooltip-autocomplete").wait_for()
    offered = await page.locator(".cm-completionLabel").all_inner_texts()
    assert {"start", "hello", "ask", "good", "out", "end"} == set(offered)


async def test_fields_of_its_type_are_offered_in_a_node(demo: Demo):
    page = await opened(demo)
    await type_at(page, "text: Tea or coffee?", "\n", times=0)

    await page.keyboard.press("Control+Space")

    await page.locator(".cm-tooltip-autocomplete").wait_for()
    offered = await page.locator(".cm-completionLabel").all_inner_texts()
    assert {"other", "store", "patience", "silent"} == set(offered)


async def test_what_is_typed_is_kept_by_itself(demo: Demo):
    page = await opened(demo)

    await type_at(page, "text: Hello!", " Good day.", times=0)
    await page.get_by_text(re.compile("^Draft saved")).wait_for()
    await page.reload()
    await page.locator("bot-editor.ready").wait_for()

    assert await page.locator(".cm-line", has_text="Hello! Good day.").is_visible()
    assert "Hello!" == await says(demo)


async def test_a_key_saves_at_once(demo: Demo):
    page = await opened(demo)
    await type_at(page, "text: Hello!", "!", times=0)

    async with page.expect_response(lambda one: "do=save" in (one.request.post_data or "")):
        await page.keyboard.press("Control+s")

    await page.get_by_text(re.compile("^Draft saved")).wait_for()


async def says(demo: Demo) -> str:
    found = await bots.describe(demo.world.app, organization="flowit", name="MySmsBot")
    return str(found["Flow"]["nodes"]["hello"]["text"])


async def test_what_is_published_is_what_a_handset_hears(demo: Demo):
    page = await opened(demo)
    await type_at(page, "text: Hello!", "Good morning!", times=6)

    await page.get_by_role("button", name="Publish…").click()
    await page.get_by_label("What is new in it?").fill("Politer.")
    await page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await page.get_by_text("Version 3 is what the bot says now.").wait_for()
    await demo.world.text("hi")
    await demo.world.until(lambda: _heard(demo), 2)

    assert "Good morning!" in await demo.world.received(ANN)


async def _heard(demo: Demo) -> int:
    return len(await demo.world.received(ANN))


async def test_what_is_wrong_is_not_published(demo: Demo):
    page = await opened(demo)
    await type_at(page, "next: ask", "x", times=0)

    await page.keyboard.press("Control+Enter")

    await page.get_by_text("Mend what is wrong, then publish.").wait_for()
    assert not await page.get_by_role("dialog").is_visible()
    assert await page.locator(".problem-line").evaluate("one => one === document.activeElement")


async def test_a_bot_is_tried_as_it_is_typed(demo: Demo):
    page = await opened(demo)
    await type_at(page, "text: Hello!", "Good morning!", times=6)
    box = page.get_by_label("A text to the bot")

    await box.fill("hi")
    await box.press("Enter")
    await page.get_by_role("button", name="coffee", exact=True).click()
    await page.get_by_text("Out of beans.").last.wait_for()

    said = await page.locator(".trial-text").all_inner_texts()
    assert ["hi", "Good morning!", "Tea or coffee?", "coffee", "Out of beans."] == said[:5]
    assert "passed" in (await node(page, "out").get_attribute("class") or "")
    assert "passed" not in (await node(page, "good").get_attribute("class") or "")
    assert [] == await demo.world.received(ANN)


async def test_who_types_is_told_that_somebody_published_meanwhile(demo: Demo):
    mine = await opened(demo)
    theirs = await opened(demo, role="owner")
    await type_at(theirs, "text: Hello!", "Theirs.", times=6)
    await theirs.get_by_role("button", name="Publish…").click()
    await theirs.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await theirs.get_by_text("Version 3 is what the bot says now.").wait_for()

    await mine.get_by_text("Somebody published in the meantime.").wait_for()
    await type_at(mine, "text: Hello!", "Mine.", times=6)
    await mine.get_by_role("button", name="Go on with my text").click()
    await mine.get_by_text(re.compile("^Draft saved")).wait_for()
    await mine.get_by_role("button", name="Publish…").click()
    await mine.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await mine.get_by_text("Version 4 is what the bot says now.").wait_for()

    assert "Mine." == await says(demo)


async def test_who_types_is_told_that_somebody_else_saved_the_draft(demo: Demo):
    mine = await opened(demo)
    theirs = await opened(demo, role="owner")
    await type_at(theirs, "text: Hello!", "Theirs.", times=6)
    await theirs.get_by_text(re.compile("^Draft saved")).wait_for()

    await type_at(mine, "text: Hello!", "Mine.", times=6)
    await mine.get_by_text("Somebody else saved this draft in the meantime.").wait_for()
    await mine.get_by_role("button", name="Load theirs").last.click()
    await mine.locator("bot-editor.ready").wait_for()

    assert await mine.locator(".cm-line", has_text="text: Theirs.").is_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_on_a_phone_the_parts_are_tabs(demo: Demo, dark: bool):
    page = await opened(demo, phone=True, dark=dark)
    assert await page.locator("#pane-text").is_visible()
    assert not await page.locator("#pane-graph").is_visible()

    await page.get_by_role("tab", name="Graph").click()
    await node(page, "ask").click()

    assert await page.locator("#pane-text").is_visible()
    lines = await page.locator(".cm-line").all_inner_texts()
    assert "ask:" == lines[int(await line_at(page)) - 1].strip()


async def test_a_text_that_is_no_document_keeps_the_graph_that_there_was(demo: Demo):
    page = await opened(demo)

    await type_at(page, "Flow:", "  [", times=0)
    await page.locator(".problem-line", has_text="This is not YAML").wait_for()

    assert await node(page, "ask").is_visible()
    assert await page.locator(".graph.stale").is_visible()

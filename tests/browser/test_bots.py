"""A bot's way from the gallery to a text and back to what it was, in a real browser."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.browser.conftest import Demo
from tests.browser.test_every_page import troubles
from threadline.operations import bots

if TYPE_CHECKING:
    from playwright.async_api import Route

FAQ = {"organization": "flowit", "name": "Questions"}


async def test_a_bot_is_made_of_a_blueprint_changed_and_taken_back(demo: Demo):
    page = await demo.sign_in("bots", role="builder")
    await page.get_by_role("link", name="New bot").click()
    await page.get_by_role("link", name="Questions and answers").click()
    await page.get_by_label("Name of the bot").fill("Questions")
    await page.get_by_label("Company").fill("Blue Door")
    await page.get_by_role("button", name="Create the bot").click()
    await page.get_by_text("Questions is there.").wait_for()
    made = await bots.describe(demo.world.app, **FAQ)
    flow = {"Flow": {"nodes": {"ask": {"text": "Ask me anything."}}}}
    await bots.patch(demo.world.app, **FAQ, fields=flow)
    await page.goto(demo.at("bots/Questions/versions/2"))
    gone = "".join(await page.locator(".difference .gone").all_inner_texts())
    added = "".join(await page.locator(".difference .added").all_inner_texts())
    await page.goto(demo.at("bots/Questions/versions/1"))
    await page.get_by_role("button", name="Roll back to version 1").click()
    await page.get_by_role("button", name="Do it").click()
    await page.get_by_text("which says what version 1 said.").wait_for()
    back = await bots.describe(demo.world.app, **FAQ)

    assert "Blue Door: ask about HOURS" in gone
    assert "Ask me anything." in added
    assert (made["Flow"], 3) == (back["Flow"], back["Version"])


async def test_a_list_of_bots_changes_by_itself(demo: Demo):
    page = await demo.sign_in("bots", role="viewer", phone=True)
    await bots.set_state(demo.world.app, organization="flowit", name="MySmsBot", state="PAUSED")
    await page.get_by_text("paused").wait_for()

    assert 0 == await page.get_by_text("New bot").count()


async def test_it_is_live_though_a_script_comes_late(demo: Demo):
    page = await demo.sign_in("profile", role="viewer")
    scripts: list[Route] = []

    async def hold(route: Route) -> None:
        scripts.append(route)

    await page.route("**/hx-sse*", hold)
    coming = asyncio.create_task(page.goto(demo.at("bots")))
    await page.get_by_text("MySmsBot").first.wait_for()
    await page.wait_for_function("'htmx' in window")
    await page.evaluate("() => new Promise((done) => setTimeout(done))")
    for one in scripts:
        await one.continue_()
    await coming
    await bots.set_state(demo.world.app, organization="flowit", name="MySmsBot", state="PAUSED")

    await page.get_by_text("paused").wait_for()


async def test_everybody_can_fill_in_a_blueprint_and_read_a_difference(demo: Demo):
    bot = {"organization": "flowit", "name": "MySmsBot"}
    await bots.patch(demo.world.app, **bot, fields={"DisplayName": "Tea"})
    page = await demo.sign_in("new-bot?blueprint=faq", role="builder")
    found = await troubles(page)
    await page.goto(demo.at("bots/MySmsBot/versions/2"))
    found += await troubles(page)

    assert [] == found

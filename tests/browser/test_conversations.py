"""The list of conversations and home, in a real browser: live, and by keys."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Demo
from tests.world import ANN, BOB

SHOWN = {ANN: "+1 555-010-0001", BOB: "+1 555-010-0002"}


async def test_who_writes_appears_on_top_without_a_reload(demo: Demo):
    page = await demo.sign_in("conversations", role="viewer")
    await expect(page.get_by_text("Nobody has written yet")).to_be_visible()
    await demo.world.text("hello", ANN)
    await expect(page.get_by_role("link", name=SHOWN[ANN])).to_be_visible()
    await demo.world.text("hello", BOB)

    await expect(page.locator("tbody tr").first).to_contain_text(SHOWN[BOB])


async def test_a_conversation_is_found_and_opened_by_keys_alone(demo: Demo):
    await demo.world.text("Is my umbrella there?", ANN)
    await demo.world.text("hello", BOB)
    page = await demo.sign_in("conversations")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.keyboard.press("/")
    await page.keyboard.type("umbre")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/conversations?q=umbre*")
    await expect(page.locator("mark")).to_have_text("umbrella")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")

    await page.wait_for_url("**/conversations/*/*")


async def test_filters_are_kept_while_something_else_is_looked_for(demo: Demo):
    await demo.world.text("hello", ANN)
    page = await demo.sign_in("conversations", phone=True)
    await page.get_by_role("link", name="Failed", exact=True).click()
    await expect(page.get_by_text("No conversation is like that")).to_be_visible()
    await page.get_by_label("Search").fill("hello")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/conversations?q=hello*failed=1*")
    await page.get_by_role("link", name="Failed").click()

    await expect(page.get_by_role("link", name=SHOWN[ANN])).to_be_visible()


async def test_home_counts_texts_as_they_come(demo: Demo):
    page = await demo.sign_in("", role="viewer")
    await expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    await page.get_by_text("The figures").click()
    await demo.world.text("hello", ANN)
    await expect(page.locator(".figures p").first).to_have_text("1 received")
    await expect(page.get_by_role("heading", name="First steps")).to_be_hidden()

    await expect(page.locator(".hours tbody tr").first).to_contain_text("1")

"""Coming in, in a real browser."""

from __future__ import annotations

from tests.browser.conftest import Demo
from threadline.operations import users


async def test_the_first_account_is_made_signs_out_and_in_again(demo: Demo):
    page = await (await demo.anybody()).new_page()
    await page.goto(users.first_link(demo.world.app))
    await page.get_by_label("Your name").fill("Ann")
    await page.get_by_label("E-mail").fill("ann@example.com")
    await page.get_by_label("Password").fill("four words that fit")
    await page.get_by_role("button", name="Create the account").click()
    await page.wait_for_url("**/o/flowit/phone*")  # the sample has a number
    await page.goto(demo.at("profile"))
    await page.get_by_role("button", name="Sign out").last.click()
    await page.wait_for_url("**/sign-in")
    await page.get_by_label("E-mail").fill("ann@example.com")
    await page.get_by_label("Password").fill("four words that fit")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/o/flowit/")


async def test_the_key_g_and_a_letter_go_to_a_section(demo: Demo):
    page = await demo.sign_in("profile")

    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await page.wait_for_url("**/conversations")

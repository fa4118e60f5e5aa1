"""Phones of the simulated carrier on the screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.browser.conftest import Demo
from tests.browser.test_every_page import troubles
from tests.world import ANN, BOB, OURS

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page


async def opened(demo: Demo, role: str = "builder", **window: bool) -> Page:
    return await demo.sign_in(f"phone?phones={quote(f'{ANN},{BOB}')}", role, **window)


def phone(page: Page, number: str) -> Locator:
    return page.get_by_role("region", name=f"Phone {number}")


async def says(page: Page, number: str, text: str) -> None:
    box = phone(page, number).get_by_role("textbox", name=re.compile("^Text of"))
    await box.fill(text)
    await box.press("Enter")


async def test_two_people_text_side_by_side_and_each_is_answered(demo: Demo):
    page = await opened(demo, "operator")
    ann, bob = phone(page, ANN), phone(page, BOB)
    await says(page, ANN, "hello")
    await ann.get_by_text("Tea or coffee?").wait_for()
    await ann.get_by_text("delivered").wait_for()
    await says(page, ANN, "coffee")
    await ann.get_by_text("Out of beans.").wait_for()
    await says(page, BOB, "hello")
    await bob.get_by_text("Tea or coffee?").wait_for()

    assert 0 == await bob.get_by_text("Out of beans.").count()
    assert "" == await ann.get_by_role("textbox", name=re.compile("^Text of")).input_value()
    assert [] == await troubles(page)


async def test_segments_are_drawn_while_somebody_types(demo: Demo):
    page = await opened(demo, "operator")
    ann = phone(page, ANN)
    box = ann.get_by_role("textbox", name=re.compile("^Text of"))
    await box.fill("x" * 161)
    await ann.get_by_text("2 segments · GSM-7 · 145 left").wait_for()

    assert 2 == await ann.locator(".segments progress").count()
    await box.fill("Привет")
    await ann.get_by_text("1 segment · UCS-2 because of “П” · 64 left").wait_for()
    assert 1 == await ann.locator(".segments.ucs progress").count()


async def test_the_carrier_answers_its_words_itself(demo: Demo):
    page = await opened(demo, "operator")
    ann = phone(page, ANN)
    await ann.get_by_role("button", name="STOP").click()
    await ann.get_by_text("You have successfully been unsubscribed.").wait_for()
    await ann.get_by_role("button", name="START").click()
    await ann.get_by_text("You have successfully been re-subscribed").wait_for()


async def test_what_is_to_go_wrong_goes_wrong_and_is_switched_off(demo: Demo):
    page = await opened(demo)
    await page.get_by_label("A text of a phone is not told").check()
    await page.get_by_label("How often").select_option("until it is switched off")
    await page.get_by_role("button", name="Switch it on").click()
    await page.get_by_text("until it is switched off; struck 0 times").wait_for()
    await says(page, ANN, "hello")
    await phone(page, ANN).get_by_text("not delivered").wait_for()
    await page.get_by_role("button", name="Switch off: A text of a phone is not told").click()
    await page.get_by_text("Nothing is switched on").wait_for()


async def test_a_phone_is_added_and_put_away(demo: Demo):
    page = await demo.sign_in("phone", "operator")
    await page.get_by_label("Phone", exact=True).fill("+1 555 010 0042")
    await page.get_by_role("button", name="Add a phone").click()
    await says(page, "+15550100042", "hello")
    await phone(page, "+15550100042").get_by_text("Tea or coffee?").wait_for()
    await (
        page.get_by_role("link", name=re.compile("^Put .* 010-0042 away"))
        .or_(page.get_by_role("link", name=re.compile("^Put .*0042 away")))
        .first.click()
    )
    await phone(page, "+15550100042").wait_for(state="detached")


async def test_another_number_is_made_and_answers(demo: Demo):
    page = await demo.sign_in("phone")
    await page.get_by_role("button", name="Make a number").click()
    await page.get_by_text("is there. Text it.").wait_for()
    await says(page, ANN, "hello")
    await phone(page, ANN).get_by_text("Tea or coffee?").wait_for()

    assert OURS not in page.url


async def test_who_only_looks_cannot_text(demo: Demo):
    page = await opened(demo, "viewer")

    assert 0 == await page.get_by_role("textbox", name=re.compile("^Text of")).count()
    assert 0 == await page.get_by_role("button", name="Switch it on").count()

"""An endpoint's way from the web to a number, in a real browser and against the carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import Demo
from tests.world import ANN

if TYPE_CHECKING:
    from playwright.async_api import Page

NUMBER = "+15550109997"
SID, TOKEN = f"AC{'7' * 32}", "hush0123456789abcdef0123456789ab"
WEBHOOK = "[data-check=webhook]"


async def at_the_carrier(demo: Demo, **number: str) -> None:
    """The account that somebody has at the provider, its number set up so."""
    known = {"sid": SID, "token": TOKEN, "numbers": [{"number": NUMBER, **number}]}
    await demo.world.post("/carrier/accounts", known)


async def step(page: Page, name: str, state: str) -> None:
    """Waits until the step is seen in this state, without the page being loaded again."""
    await page.locator(f"[data-check={name}][data-state={state}]").wait_for()


async def test_a_web_endpoint_becomes_a_number_and_its_steps_are_ticked_off_as_they_happen(
    demo: Demo,
):
    await at_the_carrier(demo)
    page = await demo.sign_in("endpoints", role="builder")
    await page.get_by_label("Name").fill("Support line")
    await page.get_by_label("Type").select_option("Web")
    await page.get_by_role("button", name="Create the endpoint").click()
    await page.wait_for_url("**/endpoints/flowit-support-line")
    before = await page.get_by_label("Account SID").is_visible()
    await page.get_by_label("Type").select_option("Twilio SMS")
    after = await page.get_by_label("Account SID").is_visible()
    await page.get_by_label("Account SID").fill(SID)
    await page.get_by_label("Auth token").fill(TOKEN)
    await page.get_by_label("Phone number").fill(NUMBER)
    await page.get_by_role("button", name="Seal it and use it").click()
    await page.get_by_text("is sealed, and the endpoint uses it.").wait_for()
    for name in ("secret", "credentials", "number"):
        await step(page, name, "ok")
    await step(page, "webhook", "wrong")
    told = await page.locator(WEBHOOK).inner_text()
    url = await page.locator(f"{WEBHOOK} [data-copy]").get_attribute("data-copy")
    await at_the_carrier(demo, sms_url=url or "", sms_fallback_url=(url or "").split("#")[0])
    await step(page, "webhook", "ok")
    await step(page, "first_text", "waiting")
    await demo.world.text("hello", handset=ANN, to=NUMBER)
    await step(page, "first_text", "ok")
    await step(page, "answered", "ok")

    assert (False, True) == (before, after)
    assert "The number has no URL to call" in told
    assert TOKEN not in await page.content()


async def test_a_text_that_is_typed_survives_what_happens_meanwhile(demo: Demo):
    page = await demo.sign_in("endpoints/myorganization-twiliosms", role="builder")
    await page.get_by_label("Away message").fill("We are closed.")
    await demo.world.text("hello")
    await step(page, "first_text", "ok")

    assert "We are closed." == await page.get_by_label("Away message").input_value()


async def test_the_messaging_endpoint_is_copied(demo: Demo):
    page = await demo.sign_in("endpoints/myorganization-twiliosms", role="viewer")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy the messaging endpoint").click()
    copied = await page.evaluate("navigator.clipboard.readText()")

    assert f"{demo.url}/v1/engage/myorganization-twiliosms" == copied.split("#")[0]


async def test_a_number_is_paused_with_a_reason_and_resumed(demo: Demo):
    page = await demo.sign_in("numbers", role="operator", phone=True)
    await page.get_by_role("link", name="Pause").click()
    await page.get_by_label("Why").fill("the bot says nonsense")
    await page.get_by_role("button", name="Pause it").click()
    await page.get_by_text("paused by hand").wait_for()
    await page.get_by_role("button", name="Resume").click()
    await page.get_by_text("sending", exact=True).wait_for()

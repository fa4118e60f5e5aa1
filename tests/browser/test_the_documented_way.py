"""The way of docs/howto/portal.md, from an empty server to an answered text, by pages alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Demo
from tests.browser.test_every_page import WIDER, violations
from tests.world import Account, world
from threadline.operations import users

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

SHOWN = "+1 555-010-0001"
"""The handset, as it is told on pages."""
PASSWORD = "four words that fit"
MENU = "Leaf & Cup: ask about HOURS, PRICES or WHERE we are. Or write your question."
HOURS = "We are open Mon-Fri 9am to 6pm, Sat 10am to 2pm."
MORE = "Anything else? HOURS, PRICES, WHERE, or BYE."
BYE = "Thank you for asking. Goodbye!"
REPLY = "A person here: the kettle is on."
WINDOWS = {
    "on a desk in the light": {"phone": False, "dark": False},
    "on a phone in the dark": {"phone": True, "dark": True},
}


@pytest_asyncio.fixture(loop_scope="session")
async def empty(chromium: Browser, tmp_path: Path) -> AsyncIterator[Demo]:
    """A server on its first day, and an account with a number at the provider."""
    async with world(tmp_path, f"sqlite:///{tmp_path / 'threadline.db'}") as running:
        account = Account()
        known = {"sid": account.sid, "token": account.token}
        numbers = [{"number": account.number}]
        await running.post("/carrier/accounts", {**known, "numbers": numbers})
        made = Demo(running, chromium, account)
        yield made
        await made.contexts.aclose()

    assert [] == made.complaints


@dataclass
class Newcomer:
    """Somebody who finds each thing by what is written on it, and types no address."""

    demo: Demo
    page: Page
    phone: bool

    async def go(self, section: str, title: str = "") -> None:
        """By the navigation."""
        if self.phone:
            await self.page.get_by_label("Menu").click()
        main = self.page.get_by_role("navigation", name="Main")
        await main.get_by_role("link", name=section, exact=True).click()
        await expect(self.heading(title or section)).to_be_visible()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def follow(self, name: str) -> None:
        await self.page.get_by_role("link", name=name, exact=True).click()

    async def fill(self, label: str, words: str) -> None:
        await self.page.get_by_label(label, exact=True).fill(words)

    def heading(self, words: str) -> Locator:
        return self.page.get_by_role("heading", name=words, level=1, exact=True)

    def step(self, title: str, mark: str) -> Locator:
        """A step of the set-up with this mark, such as Done."""
        steps = self.page.get_by_role("region", name="Set-up").get_by_role("listitem")
        one = steps.filter(has=self.page.get_by_text(title, exact=True))
        return one.get_by_role("img", name=mark, exact=True)

    async def done(self, *titles: str) -> None:
        """The page shows by itself that these steps are done."""
        for title in titles:
            await expect(self.step(title, "Done")).to_be_visible()


async def begins(newcomer: Newcomer) -> None:
    """The link is in the server's log."""
    page = newcomer.page
    await page.goto(users.first_link(newcomer.demo.world.app))
    await newcomer.fill("Your name", "Ann")
    await newcomer.fill("E-mail", "ann@example.com")
    await newcomer.fill("Password", PASSWORD)
    await newcomer.fill("Organization", "Leaf & Cup")
    await newcomer.fill("Its short name", "leaf")
    for box in await page.get_by_role("checkbox").all():
        await box.uncheck()
    await newcomer.press("Create the account")
    await expect(newcomer.heading("Leaf & Cup")).to_be_visible()


async def makes_a_bot(newcomer: Newcomer) -> None:
    await newcomer.follow("Make a bot")
    await newcomer.page.get_by_role("link", name="New bot").first.click()
    await newcomer.follow("Questions and answers")
    await newcomer.fill("Name of the bot", "Questions")
    await newcomer.press("Create the bot")
    await expect(newcomer.heading("Questions")).to_be_visible()


async def tries_it(newcomer: Newcomer) -> None:
    """On its default endpoint."""
    await newcomer.follow("Preview")
    messenger = newcomer.page.frame_locator("iframe[title='The messenger of Questions']")
    log = messenger.get_by_role("log")
    await expect(log.get_by_text(MENU)).to_be_visible()
    await messenger.get_by_label("Your message").fill("When do you open?")
    await messenger.get_by_role("button", name="Send").click()
    await expect(log.get_by_text(HOURS)).to_be_visible()


async def makes_an_endpoint(newcomer: Newcomer) -> None:
    page = newcomer.page
    await newcomer.go("Home", "Leaf & Cup")
    for title in ("Make a bot", "Try it"):
        step = page.get_by_role("listitem").filter(has=page.get_by_text(title, exact=True))
        await expect(step).to_contain_text("Done")
    await newcomer.follow("Set up a number")
    await newcomer.fill("Name", "Tea line")
    await page.get_by_label("Type", exact=True).select_option("Web")
    await newcomer.press("Create the endpoint")
    await expect(newcomer.heading("Tea line")).to_be_visible()


async def changes_its_type(newcomer: Newcomer) -> None:
    """The fields follow, before anything is saved."""
    sid = newcomer.page.get_by_label("Account SID", exact=True)
    await expect(sid).to_be_hidden()
    await newcomer.page.get_by_label("Type", exact=True).select_option("Twilio SMS")
    await expect(sid).to_be_visible()


async def makes_the_secret(newcomer: Newcomer) -> None:
    account = newcomer.demo.account
    await newcomer.fill("Account SID", account.sid)
    await newcomer.fill("Auth token", account.token)
    await newcomer.fill("Phone number", account.number)
    await newcomer.press("Seal it and use it")
    await newcomer.done(
        "Secret chosen", "Credentials valid", "Number found, and it takes texts"
    )
    await expect(newcomer.step("Webhook set", "Wrong")).to_be_visible()


async def pastes_the_messaging_endpoint(newcomer: Newcomer) -> None:
    page = newcomer.page
    urls = {}
    for name in ("messaging endpoint", "fallback"):
        button = page.get_by_role("button", name=re.compile(f"^Cop(y|ied) the {name}"))
        await button.dblclick()
        await expect(button).to_contain_text("Copied")
        urls[name] = await page.evaluate("navigator.clipboard.readText()")
        await expect(page.get_by_text(urls[name], exact=True).last).to_be_visible()
    await at_the_provider(
        newcomer.demo, SmsUrl=urls["messaging endpoint"], SmsFallbackUrl=urls["fallback"]
    )
    await newcomer.done("Webhook set")
    await expect(button).to_contain_text("Copy")


async def at_the_provider(demo: Demo, **settings: str) -> None:
    """As the provider's console sets up the number."""
    account = demo.account
    here = f"{demo.world.carrier_url}/2010-04-01/Accounts/{account.sid}/IncomingPhoneNumbers"
    known: dict[str, Any] = {"auth": (account.sid, account.token)}
    request = demo.world.egress.provider.request
    listed = await request("GET", f"{here}.json", **known)
    [number] = orjson.loads(listed.body)["incoming_phone_numbers"]
    one = f"{here}/{number['sid']}.json"
    done = await request("POST", one, form=[*settings.items()], **known)

    assert 200 == done.status, done.body


async def is_texted(newcomer: Newcomer) -> None:
    await expect(newcomer.step("First text seen", "Waiting")).to_be_visible()
    await newcomer.demo.world.text("hello")
    await newcomer.done("First text seen", "First answer sent")


async def looks_at_home(newcomer: Newcomer) -> None:
    page = newcomer.page
    await newcomer.go("Home", "Leaf & Cup")
    await expect(page.get_by_role("heading", name="Everything is all right")).to_be_visible()
    await expect(page.get_by_role("heading", name="First steps")).to_be_hidden()
    line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Tea line"))
    await expect(line.get_by_role("img", name="All right")).to_be_visible()
    await expect(line).to_contain_text("online")


async def reads_along(newcomer: Newcomer) -> None:
    """What is said appears by itself, in the list and in the conversation."""
    page = newcomer.page
    await newcomer.go("Conversations")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=SHOWN))
    await expect(row).to_contain_text(MENU[:40])
    await newcomer.demo.world.text("when do you open")
    await expect(row).to_contain_text(MORE[:40])
    await newcomer.follow(SHOWN)
    talk = page.get_by_role("log", name="Timeline")
    for words in ("hello", MENU, "when do you open", HOURS, MORE):
        await expect(talk.get_by_text(words, exact=True)).to_be_visible()
    await expect(talk.get_by_text("delivered", exact=True)).to_have_count(3)


async def takes_over_and_hands_back(newcomer: Newcomer) -> None:
    page, there = newcomer.page, newcomer.demo.world
    await newcomer.press("Take over")
    await expect(page.get_by_text("answers; the bot is not asked.")).to_be_visible()
    await newcomer.fill("Reply as Ann", REPLY)
    await newcomer.press("Send")
    talk = page.get_by_role("log", name="Timeline")
    await expect(talk.get_by_text(REPLY, exact=True)).to_be_visible()
    heard = [MENU, HOURS, MORE, REPLY]

    assert heard == await there.until(there.received, heard)

    await newcomer.press("Hand back to the bot")
    await expect(page.get_by_text("The bot answers.")).to_be_visible()
    await there.text("thanks")
    await expect(talk.get_by_text(BYE, exact=True)).to_be_visible()
    await expect(talk.get_by_text("delivered", exact=True)).to_have_count(5)


WAY = (
    begins,
    makes_a_bot,
    tries_it,
    makes_an_endpoint,
    changes_its_type,
    makes_the_secret,
    pastes_the_messaging_endpoint,
    is_texted,
    looks_at_home,
    reads_along,
    takes_over_and_hands_back,
)


async def arrives(demo: Demo, *, phone: bool, dark: bool) -> Newcomer:
    context = await demo.anybody(
        phone=phone, dark=dark, permissions=["clipboard-read", "clipboard-write"]
    )
    return Newcomer(demo, await context.new_page(), phone)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("window", WINDOWS)
async def test_from_an_empty_server_to_an_answered_text(empty: Demo, window: str):
    newcomer = await arrives(empty, **WINDOWS[window])
    found = []
    for step in WAY:
        await step(newcomer)
        told = await violations(newcomer.page)
        if (wider := await newcomer.page.evaluate(WIDER)) > 0:
            told.append(f"wider than the window by {wider}")
        found += [f"{step.__name__}: {one}" for one in told]

    assert [] == found

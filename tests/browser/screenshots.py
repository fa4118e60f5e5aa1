"""Pictures of the portal in docs/pictures, from a running demo: `make screenshots`."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.a_day import HANDSETS, live_a_day, organization
from tests.browser.conftest import FLAGS, NAMES, Demo
from tests.world import ADDRESS, Account, until, world
from threadline.operations import endpoints

if TYPE_CHECKING:
    from playwright.async_api import Page

FOLDER = Path("docs/pictures")
ANN = HANDSETS[0]
PAGES = {
    "home": "",
    "conversations": "conversations",
    "conversation": f"conversations/{ADDRESS}/{ANN}",
    "bots": "bots",
    "bot": "bots/MySmsBot",
    "editor": "bots/MySmsBot/edit",
    "version": "bots/MySmsBot/versions/1",
    "new-bot": "new-bot",
    "new-bot-faq": "new-bot?blueprint=faq",
    "preview": "preview?endpoint=flowit-MySmsBot&sms=1",
    "endpoints": "endpoints",
    "endpoint": f"endpoints/{ADDRESS}",
    "numbers": "numbers",
    "secrets": "secrets",
    "opt-outs": "opt-outs",
    "phone": "phone",
    "settings": "settings",
}
"""Name of the picture: page of the organization."""
WINDOWS: dict[str, dict[str, Any]] = {
    "": {},
    "-phone": {"phone": True},
    "-dark": {"dark": True},
}


async def make(folder: Path, wanted: list[str], windows: list[str]) -> None:
    """Of these pages in these windows; all of them if none is named."""
    from playwright.async_api import async_playwright

    program = next(filter(None, map(shutil.which, NAMES)))
    account = Account()
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary)
        await live_a_day(data, account)
        async with (
            world(data, f"sqlite:///{data / 'threadline.db'}") as running,
            async_playwright() as playwright,
        ):
            await running.apply(organization(account))
            browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
            demo = Demo(running, browser, account)
            await _set_up(demo)
            for count, text in ((2, "Hi"), (4, "Ann"), (5, "green")):
                await running.text(text, ANN)
                await until(running.received, lambda heard, count=count: len(heard) >= count)
            await running.text("STOP", HANDSETS[5])
            await _tries(await demo.sign_in(PAGES["preview"]))
            folder.mkdir(parents=True, exist_ok=True)
            for mark in windows or list(WINDOWS):
                page = await demo.sign_in(PAGES["endpoint"], **WINDOWS[mark])
                for name in wanted or list(PAGES):
                    await page.goto(demo.at(PAGES.get(name, name)))
                    if name == "preview":
                        await _tries(page)
                    await page.wait_for_timeout(700)
                    file = folder / f"{name.replace('/', '-')}{mark}.png"
                    await page.screenshot(path=file)
                    print(file)
            print("\n".join(demo.complaints))
            await browser.close()


async def _set_up(demo: Demo) -> None:
    """Somebody with a name, and a number that calls us in any case."""
    app, account = demo.world.app, demo.account
    page = await demo.sign_in("profile")
    await page.get_by_label("How colleagues know you").fill("Mara")
    await page.get_by_role("button", name="Save").click()
    shown = await endpoints.describe(app, address=ADDRESS)
    [url], [fallback] = shown["urls"].values(), shown["fallbacks"].values()
    number = {"number": account.number, "sms_url": url, "sms_fallback_url": fallback}
    known = {"sid": account.sid, "token": account.token, "numbers": [number]}
    await demo.world.post("/carrier/accounts", known)


async def _tries(page: Page) -> None:
    """Tells the bot in its messenger who they are, and is asked for the tea."""
    messenger = page.frame_locator("iframe")
    await messenger.get_by_text("What is your name?").wait_for()
    await messenger.get_by_label("Your message").fill("Ann")
    await messenger.get_by_role("button", name="Send").click()
    await messenger.get_by_role("button", name="Green").wait_for()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help=f"Some of: {', '.join(PAGES)}, or any path.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--window", action="append", default=[], choices=list(WINDOWS))
    given = parser.parse_args()
    asyncio.run(make(given.folder, given.pages, given.window))

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
from threadline.operations import bots, endpoints, users

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
    "version": "bots/MySmsBot/versions/2",
    "new-bot": "new-bot",
    "new-bot-faq": "new-bot?blueprint=faq",
    "preview": "preview?endpoint=flowit-MySmsBot&sms=1",
    "endpoints": "endpoints",
    "endpoint": f"endpoints/{ADDRESS}",
    "numbers": "numbers",
    "secrets": "secrets",
    "secret": "secrets/srn:vault::flowit:secretdoc:myorganization-twiliosms-keys",
    "opt-outs": "opt-outs",
    "phone": "phone",
    "settings": "settings",
    "users": "settings?tab=users",
    "keys": "settings?tab=keys",
    "audit-log": "settings?tab=audit",
    "data": "settings?tab=data",
    "profile": "profile",
}
"""Name of the picture: page of the organization."""
DOORS = ("start", "sign-in", "join")
"""Pictures of pages for who is not signed in."""
WINDOWS: dict[str, dict[str, Any]] = {
    "": {},
    "-phone": {"phone": True},
    "-dark": {"dark": True},
}
SHOWN = {"-phone": ("home", "conversation", "phone"), "-dark": ("home", "editor")}
"""Pages that the documentation shows in these windows too, if no others are asked for."""


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
            folder.mkdir(parents=True, exist_ok=True)
            if not wanted:
                await _doors(demo, folder)
            await _set_up(demo)
            for count, text in ((2, "Hi"), (4, "Ann"), (5, "green")):
                await running.text(text, ANN)
                await until(running.received, lambda heard, count=count: len(heard) >= count)
            await running.text("STOP", HANDSETS[5])
            await _tries(await demo.sign_in(PAGES["preview"]))
            for mark in windows or list(WINDOWS):
                page = await demo.sign_in(PAGES["endpoint"], **WINDOWS[mark])
                for name in wanted or SHOWN.get(mark, PAGES):
                    answer = await page.goto(demo.at(PAGES.get(name, name)))
                    assert answer is not None
                    assert answer.ok, name
                    if name == "preview":
                        await _tries(page)
                    await _take(page, folder / f"{name.replace('/', '-')}{mark}.png")
            print("\n".join(demo.complaints))
            await browser.close()


async def _take(page: Page, file: Path) -> None:
    await page.wait_for_timeout(700)
    await page.screenshot(path=file)
    print(file)


async def _doors(demo: Demo, folder: Path) -> None:
    """As long as nobody has an account there is a first one to make."""
    app = demo.world.app
    page = await (await demo.anybody()).new_page()
    await page.goto(users.first_link(app))
    await _take(page, folder / "start.png")
    asked = await users.invite(app, organization="flowit", email="eva@flowit.example")
    await page.goto(asked["link"])
    await _take(page, folder / "join.png")
    await page.goto(demo.at("/sign-in"))
    await _take(page, folder / "sign-in.png")


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
    bot = await bots.describe(app, organization="flowit", name="MySmsBot")
    fields = {"Flow": _reworded(bot["Flow"])}
    await bots.patch(app, organization="flowit", name="MySmsBot", fields=fields, by="Mara")
    await page.goto(demo.at(PAGES["new-bot-faq"]))
    await page.get_by_role("button", name="Create the bot").click()
    await page.goto(demo.at(PAGES["keys"]))
    await page.get_by_label("Who will use it").fill("our CRM")
    await page.get_by_role("button", name="Make it").click()
    await page.get_by_text("our CRM").first.wait_for()


def _reworded(flow: dict[str, Any]) -> dict[str, Any]:
    hello = {**flow["nodes"]["hello"], "text": "Hello! This is Leaf & Cup, loose tea by text."}
    return {**flow, "nodes": {**flow["nodes"], "hello": hello}}


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

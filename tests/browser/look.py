"""
Pictures of pages of a running demo, for who works on them:

    python -m tests.browser.look FOLDER profile bots … [--phone] [--dark] [--role viewer]
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.conftest import FLAGS, NAMES, Demo
from tests.world import Account, document, flow_bot, world


async def _look(given: Any) -> None:
    from playwright.async_api import async_playwright

    program = next(filter(None, map(shutil.which, NAMES)))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        async with (
            world(data, f"sqlite:///{data / 'threadline.db'}") as running,
            async_playwright() as playwright,
        ):
            account = Account()
            await running.apply(document(account, flow_bot()))
            browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
            demo = Demo(running, browser, account)
            for text in ("hello", "coffee", "tea"):
                await running.text(text)
            page = await demo.sign_in("", given.role, phone=given.phone, dark=given.dark)
            given.folder.mkdir(parents=True, exist_ok=True)
            for path in given.pages:
                await page.goto(demo.at(path))
                await page.wait_for_timeout(500)
                name = path.strip("/").replace("/", "-").replace("?", "-") or "home"
                mark = ("-phone" if given.phone else "") + ("-dark" if given.dark else "")
                file = given.folder / f"{name}{mark}.png"
                await page.screenshot(path=file, full_page=not given.phone)
                print(file)
            print("\n".join(demo.complaints))
            await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--phone", action="store_true")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--role", default="owner")
    asyncio.run(_look(parser.parse_args()))

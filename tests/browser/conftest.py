"""
The whole product before a real Chromium: a server, the carrier, and pages of people.

Where there is no Chromium these tests are skipped, and say which command installs it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.world import Account, World, document, flow_bot, world
from threadline.model.people import ROLES, Membership, User
from threadline.operations import sessions

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NONE = "There is no Chromium. On Debian: apt-get install chromium-headless-shell"
NEEDED = "THREADLINE_TEST_BROWSER"
"""Where it is set, a browser that is not there fails the tests."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
PATIENCE = 15_000
"""Milliseconds until something is on a page, on a machine that is busy."""
HERE = Path(__file__).parent
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One loop for all of them, since one browser serves all of them."""
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if os.environ.get(NEEDED):
            pytest.fail(NONE)
        pytest.skip(NONE)
    from playwright.async_api import async_playwright, expect

    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@dataclass
class Demo:
    """
    A server with flowit's bot, number and carrier, and people who look at its pages. What a
    page's console complains about is in `complaints`, which has to be empty at the end.
    """

    world: World
    chromium: Browser
    account: Account
    contexts: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)
    complaints: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.world.url

    def at(self, path: str, organization: str = "flowit") -> str:
        """A page's URL: of the organization, unless it begins with /."""
        return (
            f"{self.url}{path}"
            if path.startswith("/")
            else (f"{self.url}/o/{organization}/{path}")
        )

    async def anybody(
        self, *, phone: bool = False, dark: bool = False, **more: Any
    ) -> BrowserContext:
        """Somebody's browser, with nothing in it yet."""
        context = await self.chromium.new_context(
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.push_async_callback(context.close)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._hear)
        return context

    def _hear(self, message: Any) -> None:
        network = "the server responded with a status of"  # which the test itself looks at
        if message.type == "error" and network not in message.text:
            self.complaints.append(message.text)

    async def sign_in(
        self,
        path: str = "",
        role: str = "owner",
        organization: str = "flowit",
        **window: Any,
    ) -> Page:
        """Somebody of the organization looks at a page. `phone`, `dark`: their window."""
        app = self.world.app
        email = f"{role}@{organization}.example"
        user = await app.store.user(email=email)
        if user is None:
            now = app.clock()
            user = User(f"usr_{role}_{organization}", email, role.capitalize(), "", now)
            [wanted] = [one for one in ROLES if one == role]
            await app.store.add_user(user, Membership(organization, wanted, now, now))
        context = await self.anybody(**window)
        token = await sessions.begin(app, user, "Chromium")
        await context.add_cookies([{"name": "threadline", "value": token, "url": self.url}])
        page = await context.new_page()
        await page.goto(self.at(path, organization))
        return page


@pytest_asyncio.fixture(loop_scope="session")
async def demo(chromium: Browser, tmp_path: Path) -> AsyncIterator[Demo]:
    """The tests' sample bot behind a simulated number, as in `tests.world`."""
    url = f"sqlite:///{tmp_path / 'threadline.db'}"
    async with world(tmp_path, url) as running:
        account = Account()
        await running.apply(document(account, flow_bot()))
        made = Demo(running, chromium, account)
        yield made
        await made.contexts.aclose()

    assert [] == made.complaints

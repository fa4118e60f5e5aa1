"""Every page of the portal, as it is seen: on a desk and on a phone, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Demo
from tests.web.portal.test_strangers import path
from tests.world import ANN, BOB
from threadline.web.portal import PAGES

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLORS = {"type": "rule", "values": ["color-contrast"]}
SEEN: tuple[tuple[str, ViewportSize, Literal["light", "dark"], dict[str, Any]], ...] = (
    ("on a desk", DESKTOP, "light", RULES),
    ("on a phone in the dark", PHONE, "dark", RULES),
    ("on a phone", PHONE, "light", COLORS),
    ("on a desk in the dark", DESKTOP, "dark", COLORS),
)
"""Windows; in the last two only colours can be wrong that were right in the others."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def texted(demo: Demo) -> None:
    """Somebody talks with the bot, and somebody has enough of it."""
    for text in ("hello", "coffee", "tea"):
        await demo.world.text(text)
    await demo.world.text("STOP", BOB)
    await demo.world.until(lambda: received(demo), 4)


async def received(demo: Demo) -> int:
    return len(await demo.world.received(ANN))


async def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe-core finds, each with the element."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    return [
        f"{one['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


async def troubles(page: Page) -> list[str]:
    """What keeps somebody from using it as it is, in every window."""
    found = []
    for window, size, scheme, rules in SEEN:
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=scheme)
        found += [f"{window}: {told}" for told in await violations(page, rules)]
        if (wider := await page.evaluate(WIDER)) > 0:
            found.append(f"{window}: wider than the window by {wider}")
    return found


@pytest.mark.timeout(180)
@pytest.mark.parametrize("half", [0, 1])
async def test_everybody_can_use_every_page(demo: Demo, half: int):
    await texted(demo)
    page = await demo.sign_in("profile")
    found = []
    for one in PAGES[half::2]:
        answer = await page.goto(demo.at(path(one)))
        assert answer is not None
        assert 200 == answer.status, one.path
        await page.wait_for_load_state("load")
        found += [f"{one.path}: {told}" for told in await troubles(page)]

    assert [] == found


async def test_the_door_can_be_used_by_everybody(demo: Demo):
    page = await (await demo.anybody()).new_page()
    await page.goto(demo.at("/sign-in"))

    assert [] == await troubles(page)

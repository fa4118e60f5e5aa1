"""What nobody means: whatever stands in an address or a form, a page says so and goes on."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import Calendar
from tests.store.samples import ANN
from tests.web.portal.conftest import opened
from tests.web.portal.test_strangers import NAMES, acts, path
from threadline.web.portal import PAGES

ODD = ("\0", "9" * 30, "\u202e🍵" * 50, "a" * 5000)
ALSO = ("after", "endpoint", "blueprint", "id", "contact", "text", "version", "etag")
"""Fields that a page may be sent though it does not show them now."""


def named(page: str) -> set[str]:
    return {*re.findall(r'name="([\w.-]+)"', page), *ALSO} - {"do", "token"}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd[:10]))
async def test_nothing_in_an_address_or_a_form_breaks_a_page(
    tmp_path: Path, clock: Calendar, database_url: str, odd: str
):
    async with opened(tmp_path, clock, database_url=database_url) as people:
        await people.texting.text("hello", ANN)
        browser = await people.browser("owner")
        known: dict[str, set[str]] = {}
        broken = []
        for page in PAGES:
            known[page.path] = named((await browser.get(path(page))).text)
            for field in sorted(known[page.path]):
                answer = await browser.get(f"{path(page)}?{field}={quote(odd, safe='')}")
                if answer.status_code >= 500:
                    broken.append((page.path, field))
            for name in NAMES:
                there = path(page).replace(quote(NAMES[name], safe=""), quote(odd, safe=""))
                if (await browser.get(there)).status_code >= 500:
                    broken.append((there, name))
        for page, act in acts():
            form = {**dict.fromkeys(known[page.path], odd), "do": act}
            if (await browser.post(path(page), form)).status_code >= 500:
                broken.append((page.path, act))

    assert [] == broken

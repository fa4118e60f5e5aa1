"""What docs/howto/webhook.md tells is so: its document is applied, its request is made."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.bots.server import Asked, serving
from tests.docs.test_readme import blocks
from tests.world import until, world
from threadline.channels.webhook import wire
from threadline.model.document import load
from threadline.model.turn import MAX_CONTEXT
from threadline.operations.apply import apply
from threadline.web.hooks import LIMIT, PATHS

FILE = Path("docs/howto/webhook.md")
PAGE = FILE.read_text()
[CURL] = blocks("sh", FILE)
[YAML] = blocks("yaml", FILE)
[EVENT] = blocks("json", FILE)
KEY = "0123456789abcdef"


def document(url: str) -> Mapping[str, Any]:
    whole: Any = load(YAML).value
    whole["Secrets"][0]["Value"] = KEY
    whole["Endpoints"][0]["EngagementConfig"]["Url"] = url
    return whole  # type: ignore[no-any-return]


async def test_the_request_of_the_page_is_answered_with_the_event_of_the_page(
    tmp_path: Path, new_database_url: str
):
    events: list[Any] = []

    def answer(asked: Asked) -> Response:
        events.append(asked.turn)
        return JSONResponse({})

    async with world(tmp_path, new_database_url) as here:
        await apply(here.app, documents=[document(serving(answer))])
        words = shlex.split(CURL.replace("\\\n", " ").replace("$WEBHOOK_KEY", KEY))
        headers = dict(value.split(": ", 1) for name, value in pairwise(words) if name == "-H")
        body = words[words.index("-d") + 1]
        path = words[1].removeprefix("https://sms.example.com")
        taken = await here.egress.provider.request(
            "POST", here.url + path, data=body.encode(), headers=headers
        )

        async def heard() -> list[Any]:
            return events

        found = await until(heard, bool)

    assert (200, b"{}") == (taken.status, taken.body)
    assert [json.loads(EVENT)] == found


def test_the_numbers_of_the_page_are_the_real_ones():
    for said in (
        f"at most {wire.LONGEST_TEXT} characters",
        f"1 to {wire.LONGEST_REFERENCE} characters",
        f"1 to {wire.LONGEST_ID} characters",
        f"at most {MAX_CONTEXT // 1024} kB",
        f"more than {LIMIT // 1024} kB",
        f"`{PATHS[1]}flowit-hook`",
    ):
        assert said in PAGE


def test_the_page_tells_every_field():
    folder = Path(wire.__file__).parent
    source = "".join(one.read_text() for one in folder.glob("*.py"))
    known = set(re.findall(r'said\.get\("(\w+)"', source))

    assert {"Type", "MessageId"} < known <= set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M))

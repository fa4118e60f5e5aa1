"""What docs/howto/api.md tells is so: its requests and its programs run against a server."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
import httpx2
import pytest

from tests.docs.test_readme import blocks, commands
from tests.world import ADDRESS, ANN, Account, World, document, world
from threadline.cli.reach import FLAGS
from threadline.operations import endpoints, keys

PAGE = Path("docs/howto/api.md")
CURLS = [one for one in blocks("sh", PAGE) if one.startswith("curl")]
PROGRAMS = blocks("python", PAGE)
FLAGS_OF_CURL = {"-H": True, "-d": True, "-N": False}


@dataclass
class Server:
    """A running server with one conversation, and a key of the page's scopes."""

    here: World
    key: str
    client: httpx2.AsyncClient

    @property
    def environment(self) -> dict[str, str]:
        return {"THREADLINE_URL": self.here.url, "THREADLINE_API_KEY": self.key}

    async def curl(self, block: str) -> httpx2.Response:
        """What curl would ask for."""
        for name, value in self.environment.items():
            block = block.replace(f"${name}", value)
        _curl, *words = shlex.split(block.replace("\\\n", " "))
        headers: dict[str, str] = {}
        body, urls = None, []
        while words:
            word = words.pop(0)
            value = words.pop(0) if FLAGS_OF_CURL.get(word) else ""
            if word == "-H":
                name, _, text = value.partition(": ")
                headers[name] = text
            elif word == "-d":
                body = value
            elif word not in FLAGS_OF_CURL:
                urls.append(word)
        [url] = urls
        method = "GET" if body is None else "POST"
        return await self.client.request(method, url, headers=headers, content=body)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with world(tmp_path / "data", f"sqlite:///{tmp_path}/threadline.db") as here:
        await here.apply(document(Account()))
        await here.text("hi")
        await here.until(here.received, ["Hello!", "Tea or coffee?"])
        [made] = [one for one in commands(PAGE) if one[:2] == ["key", "create"]]
        scopes = [made[n + 1] for n, word in enumerate(made) if word == "--scope"]
        found = await keys.create(here.app, organization=None, name=made[2], scopes=scopes)
        async with httpx2.AsyncClient() as client:
            yield Server(here, found["key"], client)


async def test_the_list_is_told_as_the_page_tells_it(server: Server):
    answer = await server.curl(CURLS[0])

    assert 200 == answer.status_code
    assert json.loads(blocks("json", PAGE)[0]) == answer.json()


async def test_the_post_of_the_page_is_carried_out_once(server: Server):
    first, again = await server.curl(CURLS[1]), await server.curl(CURLS[1])

    assert (201, 201) == (first.status_code, again.status_code)
    assert first.content == again.content
    assert "true" == again.headers["idempotency-replayed"]
    assert first.json()["new"]


async def test_the_refusal_of_the_page_is_what_is_answered(server: Server):
    answer = await server.curl(CURLS[2])
    shown = json.loads(blocks("json", PAGE)[1])

    assert 422 == answer.status_code
    assert fits(shown, answer.json()), answer.text


def fits(shown: Any, told: Any) -> bool:
    """… stands for any text, and at the end of one for the rest of it."""
    if isinstance(shown, dict):
        return shown.keys() == told.keys() and all(fits(shown[n], told[n]) for n in shown)
    if isinstance(shown, list):
        return len(shown) == len(told) and all(map(fits, shown, told))
    if isinstance(shown, str) and shown.endswith("…"):
        return str(told).startswith(shown.removesuffix("…"))
    return bool(shown == told)


async def test_events_are_told_one_a_line(server: Server):
    answer = await server.curl(CURLS[3])
    events = [json.loads(one) for one in answer.text.splitlines()]

    assert "application/x-ndjson" == answer.headers["content-type"].partition(";")[0]
    said = [one["element"].get("message") for one in events if "element" in one]
    assert ["hi", "Hello!"] == said[:2]


async def test_the_programs_of_the_page_run(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    await server.curl(CURLS[1])
    printed = []
    for program in PROGRAMS:
        code = compile(program, str(PAGE), "exec")
        await anyio.to_thread.run_sync(exec, code, {"__name__": "__main__"})
        printed.append(capsys.readouterr().out)
    removes, lists, replaces, follows = printed
    shown = (await endpoints.find(server.here.app, ADDRESS)).document

    assert f"{ANN} " in removes
    assert "had not opted out" not in removes
    assert lists.startswith(ANN)
    assert ("", "Orders by text") == (replaces, shown["Name"])
    assert "Tea or coffee?" in follows


def test_the_page_names_what_is_there():
    text = PAGE.read_text("utf-8")

    assert {ADDRESS} == set(re.findall(r"[a-z]+-twiliosms", text))
    assert {"url", "key"} <= set(FLAGS)
    assert 4 == len(CURLS) == len(PROGRAMS)

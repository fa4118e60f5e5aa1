"""Every server shows the reference pages, and runs nothing of anybody's for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from tests.docs.errors import classes, problems
from tests.web.api.conftest import Doors, doors
from threadline import pages
from threadline.web import docs

__all__ = ["doors"]


@pytest.fixture
async def reader() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(Starlette(routes=docs.routes()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client


def anchors(html: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', html)


def links(html: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="([^"]+)"', html)]


async def test_the_first_page_is_the_reference_of_the_api(reader: httpx2.AsyncClient):
    found = await reader.get("/docs", follow_redirects=True)

    assert (200, "/docs/api") == (found.status_code, found.url.path)
    assert "<h1" in found.text
    assert "GET /api/v1/optouts" in found.text


@pytest.mark.parametrize("name", pages.names())
async def test_every_page_is_shown_in_full(reader: httpx2.AsyncClient, name: str):
    found = await reader.get(f"/docs/{name}")
    text = pages.text(name)
    heads = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.S), re.MULTILINE)

    assert 200 == found.status_code
    assert "text/html; charset=utf-8" == found.headers["content-type"]
    assert len(heads) == len(anchors(found.text))
    assert text.count("\n```") // 2 <= found.text.count("<pre>")
    assert "<!--" not in found.text
    assert "&lt;!--" not in found.text


@pytest.mark.parametrize("name", pages.names())
async def test_every_link_leads_somewhere(reader: httpx2.AsyncClient, name: str):
    html = (await reader.get(f"/docs/{name}")).text
    for link in links(html):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        found = await reader.get(path or f"/docs/{name}", follow_redirects=True)
        assert 200 == found.status_code, link
        assert not anchor or anchor in anchors(found.text), link


def test_the_pages_come_along_with_the_program():
    """In a checkout they are a link; in an archive they are put in their place."""
    with Path("pyproject.toml").open("rb") as file:
        told = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert {"docs/reference": "threadline/pages/reference"} == told["force-include"]
    assert Path("docs/reference").resolve() == Path(str(pages.ROOT)).resolve()


async def test_every_code_has_its_place(reader: httpx2.AsyncClient):
    html = (await reader.get("/docs/errors")).text

    assert set() == (classes() | problems()) - set(anchors(html))


async def test_the_link_of_a_refusal_leads_to_its_explanation(
    doors: Doors, reader: httpx2.AsyncClient
):
    told = (await doors.client().get("/keys")).json()
    path, _, anchor = told["type"].partition("#")

    assert "unauthenticated" == anchor
    assert anchor in anchors((await reader.get(path)).text)


@pytest.mark.parametrize("path", ["/docs", "/docs/api", "/docs/style.css", "/docs/nothing"])
async def test_no_page_runs_anything_or_asks_anybody_else(
    reader: httpx2.AsyncClient, path: str
):
    found = await reader.get(path)
    policy = dict(
        one.strip().split(" ", 1) for one in found.headers["content-security-policy"].split(";")
    )

    assert "'none'" == policy["default-src"]
    assert "'self'" == policy["style-src"]
    assert "script-src" not in policy
    assert "nosniff" == found.headers["x-content-type-options"]
    assert "<script" not in found.text
    assert " style=" not in found.text
    assert [] == re.findall(r'(?:src|@import|url\()="?https?:', found.text)


async def test_a_page_that_is_not_there_is_told_so(reader: httpx2.AsyncClient):
    for name in ("nothing", "style", "..%2f__init__", "errors.md", ".."):
        found = await reader.get(f"/docs/{name}")
        assert 404 == found.status_code, name

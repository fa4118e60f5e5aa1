"""
/docs: the reference pages, made into HTML. Everything on them comes from here, and no script.

/docs/errors#CODE explains a code; errors of the API point there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from threadline import pages

PATH = "/docs"
FIRST = "api"
STYLE = "style.css"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "max-age=300",
}
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Threadline</title>
<link rel="stylesheet" href="{path}/{style}">
</head>
<body>
<nav>
<p><a href="{path}">Threadline</a></p>
<ul>{pages}</ul>
<ul>{headings}</ul>
</nav>
<main>
{body}</main>
</body>
</html>
"""
NOT_THERE = "There is no such page. Look at /docs for those that there are.\n"
OTHER_PAGE = re.compile(r"([a-z-]+)\.md(#.*)?")
DEEPEST = 2
"""Headings of this depth are listed beside the page."""


def routes() -> list[Route]:
    return [
        Route(PATH, _first),
        Route(f"{PATH}/{STYLE}", _style),
        Route(f"{PATH}/{{name}}", _page),
    ]


async def _first(_request: Request) -> Response:
    return RedirectResponse(f"{PATH}/{FIRST}", headers=HEADERS)


async def _style(_request: Request) -> Response:
    text = (files(pages) / STYLE).read_text("utf-8")
    return Response(text, media_type="text/css", headers=HEADERS)


async def _page(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in pages.names():
        return PlainTextResponse(NOT_THERE, 404, headers=HEADERS)
    return HTMLResponse(html(name), headers=HEADERS)


@cache
def html(name: str) -> str:
    """The whole page. Raises `KeyError` if there is none of that name."""
    markdown = MarkdownIt("commonmark").enable("table")
    parsed = markdown.parse(pages.text(name))
    tokens = [one for one in parsed if one.type != "html_block"]  # remarks for who edits it
    headings = list(_headings(tokens))
    _follow(tokens)
    shown = [(depth, title, slug) for depth, title, slug in headings if depth <= DEEPEST]
    return PAGE.format(
        title=escape(headings[0][1] if headings else name),
        path=PATH,
        style=STYLE,
        pages="".join(_link(f"{PATH}/{one}", one.replace("-", " ")) for one in pages.names()),
        headings="".join(_link(f"#{slug}", title) for _depth, title, slug in shown[1:]),
        body=markdown.renderer.render(tokens, markdown.options, {}),
    )


def _headings(tokens: list[Token]) -> Iterator[tuple[int, str, str]]:
    """Depth, text and anchor of each, which is set on it as GitHub would."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            title = "".join(one.content for one in inline.children or ())
            slug = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
            opening.attrSet("id", slug)
            yield int(opening.tag[1:]), title, slug


def _follow(tokens: list[Token]) -> None:
    """Links between the files become links between the pages; others of files end here."""
    for one in (child for token in tokens for child in token.children or ()):
        target = str(one.attrs.get("href", "#"))
        found = OTHER_PAGE.fullmatch(target)
        if found and found[1] in pages.names():
            one.attrSet("href", f"{PATH}/{found[1]}{found[2] or ''}")
        elif not target.startswith(("#", "https://")):
            del one.attrs["href"]


def _link(target: str, text: str) -> str:
    return f'<li><a href="{escape(target)}">{escape(text)}</a></li>'

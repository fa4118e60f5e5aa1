"""What pages load: scripts, styles and pictures, all of them from here."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from threadline.web.portal.rendering import STATIC, asset

KINDS = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "txt": "text/plain",
    "json": "application/json",
}
FOR_GOOD = "public, max-age=31536000, immutable"


def routes() -> list[Route]:
    return [Route(f"{STATIC}/{{name:path}}", _serve)]


async def _serve(request: Request) -> Response:
    """A file with the mark of what is in it may be kept for good."""
    name = request.path_params["name"]
    content = _content(name)
    if content is None:
        return PlainTextResponse("There is no such file.\n", 404)
    marked = asset(name).endswith(f"?{request.url.query}") and request.url.query
    headers = {"Cache-Control": FOR_GOOD if marked else "no-cache"}
    return Response(content, media_type=KINDS[name.rpartition(".")[2]], headers=headers)


@cache
def _content(name: str) -> bytes | None:
    parts = name.split("/")
    plain = all(part and part[0] != "." and "\\" not in part for part in parts)
    if not plain or name.rpartition(".")[2] not in KINDS:
        return None
    file = files("threadline.web.portal").joinpath("static", *parts)
    return file.read_bytes() if file.is_file() else None

"""What a browser sends and keeps: forms, the session's cookie, a word after a redirect."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from threadline.app import App
from threadline.errors import ForeignForm, Malformed, TooLarge
from threadline.model.people import form_token, new_token
from threadline.web.portal.page import Form

MOST = 1024 * 1024
"""Bytes of a form."""
FIELDS = 2000
TOKEN = "token"
FOREIGN = (
    "This form was not sent by the page that you see, or the page is too old. Load it again, "
    "then send it once more."
)
NUL = "There is a character of code 0 in the {where}. Leave it out."
SAID = "threadline-said"
ANONYMOUS = "threadline-visitor"


def is_https(app: App) -> bool:
    return app.public_url.startswith("https:")


def session_cookie(app: App) -> str:
    """Its name. With the prefix no other host can have set it (RFC 6265bis, 4.1.3)."""
    return "__Host-threadline" if is_https(app) else "threadline"


def token_of(app: App, request: Request) -> str:
    """Of the session; "" = none."""
    return request.cookies.get(session_cookie(app), "")


def keep(app: App, answer: Response, token: str) -> None:
    """The browser is signed in from now on, until it ends by itself or is signed out."""
    answer.set_cookie(
        session_cookie(app), token, httponly=True, samesite="lax", secure=is_https(app)
    )


def forget(app: App, answer: Response) -> None:
    answer.delete_cookie(
        session_cookie(app), httponly=True, samesite="lax", secure=is_https(app)
    )


def visitor(request: Request) -> str:
    """For forms of who has not signed in: a cookie that no other site can read."""
    return request.cookies.get(ANONYMOUS) or new_token()


def keep_visitor(app: App, answer: Response, cookie: str) -> None:
    answer.set_cookie(ANONYMOUS, cookie, httponly=True, samesite="strict", secure=is_https(app))


def say(answer: Response, text: str) -> None:
    """On the next page that is shown."""
    answer.set_cookie(SAID, quote(text[:500]), httponly=True, samesite="lax", max_age=60)


def said(request: Request) -> str:
    return unquote(request.cookies.get(SAID, ""))


_PROGRAMS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "a Mac",
    "Linux": "Linux",
}


def named(agent: str) -> str:
    """`Firefox on Linux`, of what a browser says of itself; roughly. Pure."""
    program = next((name for mark, name in _PROGRAMS.items() if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    return " on ".join(filter(None, (program, system))) or agent[:60] or "A browser"


def check_address(request: Request) -> None:
    """No thing has a NUL in its name, since no text in the store has. Raises `Malformed`."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise Malformed(NUL.format(where="address"))


async def read_form(request: Request) -> Form:
    """Raises `TooLarge`, `Malformed`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Malformed("A form comes as application/x-www-form-urlencoded.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST:
            raise TooLarge(f"The form has more than {MOST} bytes.")
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict"
        )
    except ValueError:
        raise Malformed("The form cannot be read.") from None
    if any("\0" in part for pair in pairs for part in pair):
        raise Malformed(NUL.format(where="form"))
    return Form([(name, value.replace("\r\n", "\n")) for name, value in pairs])


def check_own(request: Request, form: Form, cookie: str) -> None:
    """
    That a page of ours sent it: by its token, and by what the browser says of where it comes
    from. Raises `ForeignForm`.
    """
    presented = form.get(TOKEN) or request.headers.get("x-form-token", "")
    if not cookie or not hmac.compare_digest(presented.encode(), form_token(cookie).encode()):
        raise ForeignForm(FOREIGN)
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ForeignForm(FOREIGN)


def local(target: str, otherwise: str = "/") -> str:
    """Where to go after signing in: a page here, wherever the link says."""
    parts = urlsplit(target)
    fits = target.startswith("/") and not target.startswith(("//", "/\\"))
    plain = fits and not parts.scheme and not parts.netloc
    return target if plain and "\\" not in target and target.isprintable() else otherwise

"""Templates: where they are, and what each of them can use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from threadline import __version__
from threadline.bots import LABELS
from threadline.model import phone
from threadline.model.clock import iso
from threadline.model.people import MEANINGS, ROLES

STATIC = "/static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data: https:; connect-src 'self'; font-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
"""What a page of the portal may load, and who may put it into a frame: nobody."""

LONG = 25
"""Characters from which on a contact is no address that anybody knows."""


@cache
def templates() -> Environment:
    """Everything that is shown is escaped, and a name that is not there is an error."""
    made = Environment(
        loader=PackageLoader("threadline.web.portal"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(asset=asset, version=__version__, ROLES=ROLES, ROLE_MEANINGS=MEANINGS)
    made.globals["BOT_TYPES"] = LABELS
    made.filters.update(iso=iso, number=phone.shown, contact=contact, plural=plural)
    return made


def render(template: str, values: Mapping[str, Any]) -> str:
    return templates().get_template(template).render(values)


def render_block(template: str, block: str, values: Mapping[str, Any]) -> str:
    """One block of a template, by itself. Raises `KeyError` if there is none of the name."""
    found = templates().get_template(template)
    return "".join(found.blocks[block](found.new_context(dict(values))))


@cache
def asset(name: str) -> str:
    """
    The URL of a file in static/, with a mark of what is in it, so that a browser may keep it
    for good. Raises `FileNotFoundError`.
    """
    content = (files("threadline.web.portal") / "static" / name).read_bytes()
    return f"{STATIC}/{name}?{hashlib.sha256(content).hexdigest()[:12]}"


def contact(address: str) -> str:
    """
    As people tell them apart: a number in groups, a visitor of a messenger, who has a long
    name that nobody reads, by its end.
    """
    if len(address) < LONG:
        return phone.shown(address)
    kind = "Preview" if address.startswith("preview-") else "Visitor"
    return f"{kind} {address[-6:]}"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 text`, `2 texts`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"

"""
The tag of what is shown of one thing: another one as soon as anything of it is different. Pure.

    of        the tag           named     whether a header names it
    check     that nobody has changed it since
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import orjson

from threadline.errors import Outdated

_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e]*")')


def of(found: Any) -> str:
    """Strong, in its quotes."""
    return f'"{sha256(orjson.dumps(found)).hexdigest()[:32]}"'


def named(header: str, tag: str, *, weak: bool = False) -> bool:
    """Whether an If-Match, or with `weak` an If-None-Match, has the tag; `*` has every one."""
    if header.strip() == "*":
        return True
    return any(one == tag and (weak or not mark) for mark, one in _TAG.findall(header))


def check(header: str | None, found: Any) -> None:
    """None = whatever it is. Raises `Outdated`."""
    if header is not None and not named(header, of(found)):
        raise Outdated(
            "It is not what If-Match names any more: somebody changed it. Get it again, then "
            "repeat your change."
        )

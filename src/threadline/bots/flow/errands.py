"""What a node wants done outside of the flow, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Sealed:
    """
    A text with the names of secrets in it, each in place of its value; that of a document is
    followed by `#` and the name of the value in it. A text with holes is never one of these,
    or a contact could name a secret.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """
    An HTTP request. `Sealed` texts in headers and body stand for secrets. `body` is sent as
    JSON, None = nothing is sent. `key` is the same however often it is made.
    """

    method: str
    url: str
    headers: Mapping[str, str | Sealed] = field(default_factory=dict)
    body: Any = None
    seconds: float = 10
    key: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """
    JavaScript: a function's body, or an `expression`. `names` is what it can name: `msg`,
    `context`, `now` (its clock, in milliseconds), `seed` (of its random numbers), `node`.
    """

    code: str
    names: Mapping[str, Any]
    expression: bool = False


Errand = Request | Script


@dataclass(frozen=True, slots=True)
class Answered:
    """Of a request: any status but those of a server in trouble. `body` is JSON or a text."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Returned:
    """Of a script: what it sent, in order, the context as it left it, the lines it logged."""

    sent: tuple[Any, ...]
    context: Mapping[str, Any]
    logged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """Of both: why, without a secret in it. `again` says that another try may help."""

    why: str
    again: bool = False


Outcome = Answered | Returned | Failed

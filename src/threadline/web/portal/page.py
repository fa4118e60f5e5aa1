"""
What a page is made of, and what it is given.

A page shows values in a template, and has acts: forms that change something by an operation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request

from threadline.app import App
from threadline.errors import Invalid, Problem, ThreadlineError
from threadline.model.people import Role, SignedIn, at_least, form_token

ROOT = "/o"
"""Pages of an organization are below /o/{organization}."""


class Form:
    """What came in a form, each name with its values in order. Never a file."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._pairs = pairs

    def get(self, name: str, otherwise: str = "") -> str:
        """The first value of the name."""
        return next((value for key, value in self._pairs if key == name), otherwise)

    def first(self) -> dict[str, str]:
        """Of each name the first value."""
        return dict(reversed(self._pairs))

    def all(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name]

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _value in self._pairs)

    def __bool__(self) -> bool:
        return bool(self._pairs)


@dataclass(slots=True)
class Visit:
    """
    Somebody asks for a page of an organization.

    `args` are the parts of the path, `query` what follows it, `form` what was sent with an
    act. After an act that was refused `failed` names it and `why` says why; the page is shown
    with what was typed.
    """

    app: App
    request: Request
    who: SignedIn
    organization: str
    titles: Mapping[str, str]
    role: Role
    cookie: str = field(repr=False)
    form: Form = field(default_factory=Form)
    failed: str = ""
    why: ThreadlineError | None = None

    @property
    def args(self) -> Mapping[str, str]:
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @property
    def by(self) -> str:
        """Who it is, as the record of changes names them."""
        return self.who.user.email

    @property
    def by_script(self) -> bool:
        """Whether a script of the page asks, which wants JSON."""
        return "application/json" in self.request.headers.get("accept", "")

    @property
    def token(self) -> str:
        """What each form has to bring along."""
        return form_token(self.cookie)

    @property
    def title(self) -> str:
        """The organization's."""
        return self.titles.get(self.organization) or self.organization

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong with what was sent, by field."""
        return self.why.problems if isinstance(self.why, Invalid) else ()

    def may(self, role: Role) -> bool:
        return at_least(self.role, role)

    def url(self, path: str, /, *names: str, **query: str | int | None) -> str:
        """
        A page of this organization: `url("/bots/{}/edit", name)`. What is None is left out.
        """
        whole = path.format(*(quote(name, safe="") for name in names))
        asked = urlencode({key: value for key, value in query.items() if value is not None})
        return f"{ROOT}/{quote(self.organization)}{whole}{f'?{asked}' if asked else ''}"


@dataclass(frozen=True, slots=True)
class Go:
    """Where to go after an act, and what to say there. "" = back to the page."""

    to: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """The page once more, with values that are shown this one time, such as a new key."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Download:
    """A file in the place of a page, written while it is sent."""

    name: str
    kind: str
    pieces: AsyncIterator[str]


@dataclass(frozen=True, slots=True)
class Tell:
    """JSON, for a script of the page that did the act."""

    values: Mapping[str, Any]


Show = Callable[[Visit], Awaitable[Mapping[str, Any] | Download]]
Do = Callable[[Visit], Awaitable[Go | Again | Tell]]


@dataclass(frozen=True, slots=True)
class Act:
    """
    What a form does, and the least role that may. Raises `ThreadlineError`. A `quiet` one
    changes nothing that anybody would look for in the audit log.
    """

    role: Role
    do: Do
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """
    `path` below the organization's, with `{names}`; `show` gives the values of `template`, or
    a file in its place;
    `section` is the entry of the navigation that it belongs to. A form with a field `do` of
    an act's name does that. Each block of the template that `live` names is sent again when
    it has changed; the template puts it into `ui.live(name)`.
    """

    path: str
    title: str
    template: str
    show: Show
    role: Role = "viewer"
    section: str = ""
    acts: Mapping[str, Act] = field(default_factory=dict)
    live: tuple[str, ...] = ()

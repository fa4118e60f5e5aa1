"""What several routes have in common: pages, names in paths, and what a problem is."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Annotated, Any, NotRequired

from fastapi import Depends, Header, Path, Query, Request
from typing_extensions import TypedDict, is_typeddict

from threadline.app import App
from threadline.model import paging
from threadline.model.paging import MOST, Part


def _app(request: Request) -> App:
    found: App = request.state.app
    return found


def _part(
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = 100,
    after: Annotated[
        str | None, Query(description="`next` of the page before, for what follows it.")
    ] = None,
) -> Part:
    return Part(limit, after)


Here = Annotated[App, Depends(_app)]
Wanted = Annotated[Part, Depends(_part)]
Address = Annotated[
    str, Path(description="The endpoint's address.", examples=["myorganization-twiliosms"])
]
Contact = Annotated[str, Path(description="Who texts, in E.164.", examples=["+15550100001"])]
Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Makes it safe to ask again: the same key with the same request is carried "
        "out once, for a day.",
    ),
]


class ProblemShape(TypedDict):
    """One thing that is wrong."""

    code: str
    """Stable; the reference explains each."""
    path: str
    """The field, such as `endpoints[0].EngagementConfig.Secret`."""
    message: str
    """What is wrong."""
    mend: str
    """What to do about it."""
    line: NotRequired[int]
    """Where in the text, if it was one."""


class ProblemDetails(TypedDict):
    """RFC 9457."""

    type: str
    """A page that explains it."""
    title: str
    """The kind of problem."""
    status: int
    """The HTTP status."""
    code: str
    """Stable; the reference explains each."""
    detail: str
    """What is wrong and how to mend it."""
    problems: NotRequired[list[ProblemShape]]
    """Every one that was found, if a document was looked at."""


def told(module: ModuleType) -> None:
    """The texts below the fields of its shapes are their descriptions in the OpenAPI."""
    for _name, one in inspect.getmembers(module, is_typeddict):
        _configure(one, use_attribute_docstrings=True)
        _BASES[one.__name__] = list(_bases(one))


def bases(name: str) -> list[Any]:
    """The shapes that the shape of this name has all fields of."""
    return _BASES.get(name, [])


def taken(shape: Any) -> None:
    """It is the shape of a body: a field that it does not have is told, not passed over."""
    _configure(shape, extra="forbid")


def _bases(shape: Any) -> Iterator[Any]:
    for one in filter(is_typeddict, getattr(shape, "__orig_bases__", ())):
        yield one
        yield from _bases(one)


def _configure(shape: Any, **more: Any) -> None:
    shape.__pydantic_config__ = {**getattr(shape, "__pydantic_config__", {}), **more}


_BASES: dict[str, list[Any]] = {}
told(paging)
for _one in (ProblemShape, ProblemDetails):
    _configure(_one, use_attribute_docstrings=True)

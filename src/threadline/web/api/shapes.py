"""What several routes have in common: pages, names in paths, and what a problem is."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import pairwise
from pkgutil import iter_modules
from types import ModuleType
from typing import Annotated, Any, NotRequired

from fastapi import Depends, Header, Path, Query, Request
from typing_extensions import TypedDict, is_typeddict

from threadline.app import App
from threadline.model import paging, resources
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


def descriptions(name: str) -> dict[str, str]:
    """
    The texts below the fields of the shape of this name, and of those that it has all fields
    of, by field: they are its descriptions in the OpenAPI.
    """
    shape = _shapes().get(name)
    if shape is None:
        return {}
    inherited = [descriptions(base.__name__) for base in _bases(shape)]
    own = _texts(sys.modules[shape.__module__]).get(name, {})
    return {field: text for one in (*reversed(inherited), own) for field, text in one.items()}


@cache
def _shapes() -> Mapping[str, Any]:
    """By name; no two have the same one."""
    names = [one.name for one in iter_modules(resources.__path__, f"{resources.__name__}.")]
    modules = [import_module(name) for name in (*names, paging.__name__, __name__)]
    return {
        name: one
        for module in modules
        for name, one in inspect.getmembers(module, is_typeddict)
    }


@cache
def _texts(module: ModuleType) -> Mapping[str, Mapping[str, str]]:
    """By class, then by field. The source is read once; Pydantic would for every class."""
    found: dict[str, dict[str, str]] = {}
    for one in ast.parse(inspect.getsource(module)).body:
        if isinstance(one, ast.ClassDef):
            texts = found[one.name] = {}
            for field, text in pairwise(one.body):
                match field, text:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(words))),
                    ):
                        texts[name] = inspect.cleandoc(words)
    return found


def taken(shape: Any) -> None:
    """It is the shape of a body: a field that it does not have is told, not passed over."""
    shape.__pydantic_config__ = {"extra": "forbid"}


def declared(shape: Any) -> None:
    """We look at it ourselves, so the rule of the body that it is in ends here."""
    shape.__pydantic_config__ = {}


def _bases(shape: Any) -> Iterator[Any]:
    for one in filter(is_typeddict, getattr(shape, "__orig_bases__", ())):
        yield one
        yield from _bases(one)

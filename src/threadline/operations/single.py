"""One bot or endpoint, written the way `apply` writes many: by the same plan, in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.operations.apply import carry_out
from threadline.operations.plan import Plan

Part = Literal["Bots", "Endpoints"]
ORGANIZATION = "documents[0]"


async def write(
    app: App, organization: str, part: Part, wanted: Callable[[Plan], Any]
) -> tuple[Plan, Mapping[str, Any]]:
    """
    Make true what `wanted` makes of what is there, and return it with the plan that did it.
    It may tell problems to the plan, at `path`. Raises what it raises, `Invalid` with paths
    inside of the document, `Taken`, `Outdated`.
    """
    written: list[Any] = []

    def add(plan: Plan) -> None:
        written[:] = [wanted(plan)]
        plan.add({"Organization": organization, part: written}, ORGANIZATION)

    try:
        plan = await carry_out(app, add)
    except Invalid as why:
        raise Invalid([_inside(one, part) for one in why.problems]) from None
    return plan, written[0]


def path(part: Part, field: str) -> str:
    """Where the plan finds a field of the document."""
    return f"{ORGANIZATION}.{part}[0].{field}"


def _inside(problem: Problem, part: Part) -> Problem:
    inner = problem.path.removeprefix(path(part, "").rstrip(".")).lstrip(".")
    return replace(problem, path=inner or "body")


def named(plan: Plan, part: Part, field: str, name: str, document: Any) -> Any:
    """The document under the name that it has to keep, which it may leave out."""
    if not isinstance(document, Mapping):
        return document
    if field not in document:
        return {field: name, **document}
    said = document[field]
    if said != name:
        message = f"It is {name!r} that is changed, and this says {said!r}."
        mend = "Leave it out, or make another one: a name is for good."
        plan.wrong("name_fixed", path(part, field), message, mend)
    return {**document, field: name}


def merged(old: Any, patch: Any) -> Any:
    """RFC 7396: fields of the patch replace those of the old, null takes one away. Pure."""
    if not isinstance(patch, Mapping):
        return patch
    found = dict(old) if isinstance(old, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found


def in_use(code: str, field: str, users: Iterable[str], mend: str) -> None:
    """Raises `Invalid` if there are any."""
    if who := ", ".join(users):
        raise Invalid([Problem(code, field, f"Used by {who}.", mend)])

"""What commands have in common that write one bot or one endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from threadline.cli.reach import Reach

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline

T = TypeVar("T")

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="YAML or JSON of one; - is the input.")
]
Fields = Annotated[
    list[str],
    typer.Argument(
        metavar="FIELD=VALUE",
        help="VALUE is JSON, or else a text; null takes the field away. "
        "EngagementConfig.Secret is a field in a field.",
    ),
]


def send(reach: Reach, file: Path, do: Callable[[AsyncThreadline, Any], Awaitable[T]]) -> T:
    """What `do` got for the document in the file. Raises `Invalid` by file and line."""
    from threadline.cli.documents import Batch
    from threadline.errors import Invalid

    batch = Batch(reach.settings)
    document = batch.read_one(file)
    try:
        return reach.ask(lambda api: do(api, document))
    except Invalid as why:
        raise batch.tell(why, "documents[0].") from None


def name_in(document: Any, field: str) -> str:
    """What the document is about. Raises `Invalid`."""
    from threadline.errors import Invalid, Problem

    name = document.get(field)
    if isinstance(name, str) and name:
        return name
    mend = f"Write the {field} of what is to be replaced."
    raise Invalid([Problem("field_missing", field, f"It has no {field}.", mend)])


def merge_patch(said: Sequence[str]) -> dict[str, Any]:
    """`["A.B=1", "C=x"]` is `{"A": {"B": 1}, "C": "x"}`. Raises `Invalid`."""
    found: dict[str, Any] = {}
    for one in said:
        path, equals, value = one.partition("=")
        *outer, last = path.split(".")
        if not equals or not all((*outer, last)):
            raise _wrong(one, "It is no FIELD=VALUE.")
        inside = found
        for name in outer:
            inside = inside.setdefault(name, {})
            if not isinstance(inside, dict):
                raise _wrong(one, "A field around it has a value of its own.")
        inside[last] = _value(value)
    return found


def _value(said: str) -> Any:
    import orjson

    try:
        return orjson.loads(said)
    except orjson.JSONDecodeError:
        return said


def _wrong(said: str, message: str) -> Exception:
    from threadline.errors import Invalid, Problem

    mend = "Write it as in Status=offline, or EngagementConfig.OrderedDelivery=true."
    return Invalid([Problem("field_invalid", said, message, mend)])

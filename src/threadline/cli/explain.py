"""threadline explain: what a code means, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from threadline import pages
from threadline.cli.options import Json, Quiet


def _codes(begun: str) -> Iterable[str]:
    return (code for code in pages.explanations() if code.startswith(begun))


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]", help="The code of an error, or none.", autocompletion=_codes
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """
    What the code of an error means, and what to do.

    Without a code, every code there is.

    Example: threadline explain not_found
    """
    from threadline.errors import NotFound

    known = pages.explanations()
    if code is not None and code not in known:
        from threadline.operations.near import meant

        raise NotFound(f"There is no code {code!r}. {meant(code, known)}")
    if as_json:
        import orjson

        found = known if code is None else {code: known[code]}
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n".join(known) if code is None else code if quiet else known[code])

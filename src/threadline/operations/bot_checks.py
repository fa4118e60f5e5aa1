"""What is wrong with a bot's document."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from threadline.app import App
from threadline.errors import Problem
from threadline.model import bot as bots
from threadline.model.srn import mentioned


def check(app: App, organization: str, document: Mapping[str, Any], at: str) -> list[Problem]:
    """
    All that shows in the document itself; `at` is its path. Without an organization, nothing
    is said of whose secrets it names.
    """
    types, said = app.bot_types, document.get("Type")
    readable = isinstance(said, str | None)  # anything else cannot be looked up
    problems = bots.check(document if readable else {**document, "Type": str(said)}, types, at)
    if isinstance(said, str) and said in types:
        owner = {"Organization": organization} if organization else {}
        problems += types[said].check({**owner, **document}, at)
    return problems


def missing_secrets(
    document: Mapping[str, Any], at: str, there: Collection[str]
) -> Iterator[Problem]:
    """Those that it names, and that are not `there`. Pure."""
    for path, srn in mentioned(document):
        if srn not in there:
            mend = "Create it, or write it under Secrets in the same file."
            message = f"There is no secret {srn}."
            yield Problem("secret_missing", f"{at}{path}", message, mend)

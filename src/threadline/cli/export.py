"""threadline export: what is declared, as files that `threadline apply` takes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from threadline.cli.reach import Reach, shared

TOO_LARGE = (
    "This is more than `threadline apply` reads of one file (1 MB). Export one organization at "
    "a time with --org, or divide the file."
)


@shared
def export(reach: Reach) -> None:
    """
    All that there is as YAML: the inverse of apply.

    Secrets come without their values: each names a variable that has to be set where the file
    is applied. Without --org, every organization that may be seen.

    Example: threadline export --org flowit > flowit.yaml
    """
    from threadline.model import writing
    from threadline.model.document import MAX_BYTES

    found = reach.ask(lambda api: api.configuration.export())
    text = writing.every(found["documents"])
    reach.tell(found, [text.rstrip("\n")], [text.rstrip("\n")])
    for line in _variables(found["documents"]):
        reach.warn(line)
    if len(text.encode()) > MAX_BYTES:
        reach.warn(TOO_LARGE)


def _variables(documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for document in documents:
        for one in document["Secrets"]:
            name, form = one["Value"]["FromEnv"], "as JSON"
            form = form if one["Type"] == "secretdoc" else "one text"
            yield f"To apply it, set {name} to the secret {one['Name']} ({form})."

"""threadline export: what is declared, as files that `threadline apply` takes elsewhere."""

from __future__ import annotations

import re
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
    from threadline.model.document import MAX_BYTES

    found = reach.ask(lambda api: api.configuration.export())
    text = written(found["documents"])
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


def written(documents: Sequence[Any]) -> str:
    """YAML from which `threadline.model.document` reads the same again."""
    import yaml

    from threadline.model.document import NUMBER

    class Writer(yaml.SafeDumper):
        """Without anchors; a text of several lines is written as it reads."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(writer: Any, value: str) -> Any:
        style = "|" if "\n" in value.strip("\n") else None
        if not value.replace("\n", "").isprintable():
            style = '"'  # with the rare ones written as \u2028
        return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Writer.add_representer(str, text)
    # Our reader takes more for numbers than PyYAML does, such as 1e5: so they get quotes.
    number = re.compile(rf"(?:{NUMBER.pattern})\Z")
    Writer.add_implicit_resolver("tag:yaml.org,2002:float", number, list("-0123456789"))
    found: str = yaml.dump_all(
        documents, Dumper=Writer, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return found

"""
SRN: the name of a secret, `srn:vault::ORG:secretdoc:ALIAS`.

The general form is `srn:SERVICE:REGION:ORG:TYPE:ALIAS`, the region mostly empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from threadline.model.document import child

TYPES = ("secretdoc", "secret")
ALIAS = re.compile(r"[A-Za-z0-9._-]{1,100}")
_FORM = re.compile(r"srn:vault:([a-z0-9-]*):([a-z0-9-]+):(secretdoc|secret):([A-Za-z0-9._-]+)")
MENTIONED = re.compile(
    r"(srn:vault:[a-z0-9-]*:[a-z0-9-]+:(?:secretdoc|secret):[A-Za-z0-9._-]+)(?:#(\w+))?"
)
"""The name of a secret in a text, and the part of it that is meant, if it is a document."""


@dataclass(frozen=True, slots=True)
class Srn:
    """`type` is "secretdoc" (a JSON document) or "secret" (one text)."""

    organization: str
    type: str
    alias: str
    region: str = ""

    def __str__(self) -> str:
        return f"srn:vault:{self.region}:{self.organization}:{self.type}:{self.alias}"

    @classmethod
    def parse(cls, text: str) -> Srn:
        """Raises `ValueError` with a sentence that shows the form."""
        found = _FORM.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not of the form srn:vault::ORG:secretdoc:ALIAS")
        region, organization, type_, alias = found.groups()
        return cls(organization, type_, alias, region)


def mentioned(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every secret that is named in a document, with the path of the text. Pure."""
    match value:
        case str():
            yield from ((at, found[1]) for found in MENTIONED.finditer(value))
        case Mapping():
            for name, one in value.items():
                yield from mentioned(one, child(at, str(name)))
        case list():
            for index, one in enumerate(value):
                yield from mentioned(one, child(at, index))

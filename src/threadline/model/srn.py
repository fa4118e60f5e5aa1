"""
SRN: the name of a secret, `srn:vault::ORG:secretdoc:ALIAS`.

The general form is `srn:SERVICE:REGION:ORG:TYPE:ALIAS`, the region mostly empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TYPES = ("secretdoc", "secret")
ALIAS = re.compile(r"[A-Za-z0-9._-]{1,100}")
_FORM = re.compile(r"srn:vault:([a-z0-9-]*):([a-z0-9-]+):(secretdoc|secret):([A-Za-z0-9._-]+)")


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

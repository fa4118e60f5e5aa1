"""Rewrites the pages that are made from the code: `python -m tests.docs.write`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.docs import api, codes, commands, fields, settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"

PARTLY: dict[str, Any] = {
    "api.md": api,
    "documents.md": fields,
    "settings.md": settings,
    "twilio-codes.md": codes,
}
"""Pages of which a part is made, and by what."""


def main() -> None:
    (REFERENCE / "commands.md").write_text(commands.page(), "utf-8")
    for name, made in PARTLY.items():
        file = REFERENCE / name
        file.write_text(made.page(file.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()

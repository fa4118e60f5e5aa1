"""Rewrites the pages that are made from the code: `python -m tests.docs.write`."""

from __future__ import annotations

from pathlib import Path

from tests.docs import commands, settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def main() -> None:
    (REFERENCE / "commands.md").write_text(commands.page(), "utf-8")
    file = REFERENCE / "settings.md"
    file.write_text(settings.page(file.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()

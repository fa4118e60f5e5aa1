"""What the page for operators says is run as it stands, on data with one endpoint."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.cli.conftest import ADDRESS, FLOWIT, sample
from tests.docs.test_readme import blocks

PAGE = Path("docs/howto/operate.md")
FOLLOW = "conversation follow"
"""It goes on until Ctrl-C, and has tests of its own."""
OF_NOBODY = (
    *("message retry", "message discard", "message redact", "conversation show"),
    *("conversation unflag", "conversation take-over", "conversation reply"),
    *("conversation hand-back", "conversation export", "conversation redact"),
)
"""The page means texts and people that are not here."""


def test_every_command_of_the_page_does_what_it_says(tmp_path: Path):
    desk = sample(tmp_path)
    desk.write("flowit.yaml", FLOWIT.replace(ADDRESS, "flowit-sms"))
    applied = desk.run("apply", "flowit.yaml")
    lines = "\n".join(blocks("sh", PAGE)).splitlines()
    said = [line.removeprefix("threadline ") for line in lines if line and FOLLOW not in line]
    done = {one: desk.run(*shlex.split(one)) for one in said}
    refused = {one: told.err for one, told in done.items() if told.code}

    assert 0 == applied.code
    nouns = {"overview", "sender", "message", "conversation", "optout", "org"}
    assert nouns == {one.split()[0] for one in said}
    assert {one for one in said if one.startswith(OF_NOBODY)} == set(refused), refused
    assert {"not_found"} == {told.partition(":")[0] for told in refused.values()}

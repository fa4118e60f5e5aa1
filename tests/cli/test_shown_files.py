"""The files that help shows are taken as they stand, in the order in which help leads on."""

from __future__ import annotations

from tests.cli.conftest import SID, Desk
from tests.docs.commands import FILE, every_command

HELP = {one.name.removeprefix("threadline "): one.about for one in every_command()}


def shown(command: str) -> list[str]:
    """The files in its help."""
    return FILE.findall(HELP[command])


def test_from_an_empty_folder_to_an_endpoint_by_what_help_shows(desk: Desk):
    [keys], [flow, http], [sms] = (
        shown(f"{noun} create") for noun in ("secret", "bot", "endpoint")
    )
    desk.write("keys.json", keys.replace("AC...", SID).replace("...", "0123456789abcdef" * 2))
    desk.write("tea.yaml", flow)
    desk.write("own.yaml", http.replace("MySmsBot", "MyOwnBot"))
    desk.write("sms.yaml", sms)
    done = [
        desk.run("org", "create", "flowit"),
        desk.run("secret", "create", "twiliokeys", "keys.json"),
        desk.run("bot", "create", "tea.yaml"),
        desk.run("bot", "create", "own.yaml"),
        desk.run("endpoint", "create", "sms.yaml"),
    ]
    listed = desk.run("endpoint", "list", "--quiet")

    assert [0] * 5 == [one.code for one in done], [one.err for one in done]
    addresses = ["flowit-MyOwnBot", "flowit-MySmsBot", "flowit-sms"]
    assert addresses == listed.out.split()


def test_the_file_to_apply_in_its_help_is_taken(desk: Desk):
    [whole] = shown("apply")
    [keys] = shown("secret create")
    desk.write("keys.json", keys.replace("AC...", SID).replace("...", "0123456789abcdef" * 2))
    desk.write("whole.yaml", whole)

    assert 0 == desk.run("apply", "whole.yaml").code

"""Commands beside a running server: the same ones, through its private socket."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import (
    ADDRESS,
    CANARY,
    FLOWIT,
    KEYS,
    NUMBER,
    PATIENCE,
    SID,
    Desk,
    Server,
    sample,
)

OTHER_SID = SID.replace("1", "2")
VALUE = {"accountSid": SID, "authToken": CANARY, "phoneNumber": NUMBER}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Server]]:
    """A desk with a server on its data, for the whole module."""
    desk = sample(tmp_path_factory.mktemp("served"))
    with desk.serving() as server:
        yield desk, server


def status(url: str, body: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(url, body, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def test_an_endpoint_is_live_as_soon_as_it_is_applied(served: tuple[Desk, Server]):
    desk, server = served
    text = FLOWIT.replace("flowit", "live").replace(ADDRESS, "live-sms").replace(SID, OTHER_SID)
    desk.write("live.yaml", text)
    hook = f"{server.url}/v1/engage/live-sms"
    before = status(hook, b"Body=hi")
    done = desk.run("apply", "live.yaml")

    assert 0 == done.code
    assert f"    {hook}#rc=4&rp=ct,rt,5xx&ct=2000&rt=3500" in done.out.splitlines()
    assert (404, 403) == (before, status(hook, b"Body=hi"))
    assert 200 == status(f"{server.url}/readyz")


def test_the_socket_is_the_owners_alone(served: tuple[Desk, Server]):
    desk, _server = served
    mode = (desk.data / "threadline.sock").stat().st_mode

    assert stat.S_ISSOCK(mode)
    assert "0o600" == oct(stat.S_IMODE(mode))


@pytest.mark.parametrize("beside", ["a server", "nobody"])
def test_secrets_are_looked_after_the_same_way_with_a_server_and_without(
    served: tuple[Desk, Server], desk: Desk, beside: str
):
    here = served[0] if beside == "a server" else desk
    here.write("acme.yaml", "Organization: acme\n")
    here.write("keys.json", json.dumps(VALUE))
    new = ("secret", "create")
    srn = "srn:vault::acme:secretdoc:keys"
    text = ("text", "-", "--org", "acme", "--type", "secret")
    runs = [
        here.run("apply", "acme.yaml"),
        here.run(*new, "keys", "keys.json", "--org", "acme"),
        here.run(*new, "keys", "keys.json", "--org", "acme"),
        here.run(*new, *text, stdin=CANARY),
        here.run(*new, "bad", "-", "--org", "acme", stdin=f"!{CANARY}"),
        here.run("secret", "list", "--org", "acme"),
        here.run("secret", "replace", srn, "keys.json"),
        here.run("secret", "describe", "keys"),
        here.run("secret", "describe", f"{srn}s"),
        here.run("secret", "delete", srn),
        here.run("secret", "delete", srn),
        here.run("secret", "list", "--org", "amce"),
    ]
    told = [(one.out + one.err).splitlines()[-1] for one in runs]

    assert [0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1] == [one.code for one in runs]
    assert "srn:vault::acme:secretdoc:keys  secretdoc  version 1" in told[1]
    assert told[2].startswith("secret_exists: Alias: ")
    assert told[4].startswith("secret_invalid: standard input")
    assert "srn:vault::acme:secretdoc:keys  secretdoc  version 2" in told[6]
    assert "write srn:vault::ORG:secretdoc:keys" in told[7]
    assert "Did you mean `srn:vault::acme:secretdoc:keys`?" in told[8]
    assert told[10].startswith("not_found: There is no secret ")
    assert "Did you mean `acme`?" in told[11]


def test_keys_rotate_while_the_server_goes_on(served: tuple[Desk, Server]):
    desk, server = served
    desk.run("apply", "flowit.yaml")
    rotated = desk.run("vault", "rotate")
    again = desk.run("apply", "flowit.yaml")

    assert 0 == rotated.code
    assert "Added the key k" in rotated.out
    assert "Nothing to change." in again.out
    assert 403 == status(f"{server.url}/v1/engage/{ADDRESS}", b"Body=hi")


def test_a_used_secret_is_not_deleted(served: tuple[Desk, Server]):
    desk, _server = served
    desk.run("apply", "flowit.yaml")
    done = desk.run("secret", "delete", KEYS)

    assert 1 == done.code
    assert f"secret_in_use: Srn: Used by endpoint MySms ({ADDRESS})." in done.err


def test_problems_are_told_by_file_and_line_through_the_server_too(
    served: tuple[Desk, Server],
):
    desk, _server = served
    desk.write("wrong.yaml", FLOWIT.replace("Status: online", "Status: on"))
    done = desk.run("apply", "wrong.yaml")

    assert 1 == done.code
    assert "status_invalid: wrong.yaml: Endpoints[0].Status (line 16): " in done.err


def test_lists_and_conversations_are_shown(served: tuple[Desk, Server]):
    desk, _server = served
    desk.run("apply", "flowit.yaml")
    endpoints = desk.run("endpoint", "list", "--org", "flowit", "--json")
    nobody = desk.run("conversation", "list", "--org", "flowit")
    nothing = desk.run("conversation", "show", ADDRESS, "+15550100001")

    found = [one["Address"] for one in json.loads(endpoints.out)]
    assert ["flowit-MySmsBot", ADDRESS] == found
    assert "Nobody has written yet.\n" == nobody.out
    assert 1 == nothing.code
    assert nothing.err.startswith("not_found: Nothing was said between")


def test_another_database_is_not_the_servers(served: tuple[Desk, Server], tmp_path: Path):
    desk, _server = served
    other = f"sqlite:///{tmp_path}/other.db"
    desk.write("other.yaml", "Organization: other\n")
    done = desk.run("apply", "other.yaml", "--database-url", other)
    here = desk.run("endpoint", "list", "--org", "other")
    there = desk.run("endpoint", "list", "--org", "other", "--database-url", other)

    assert [0, 1, 0] == [done.code, here.code, there.code]


def test_a_second_server_on_the_same_data_says_what_to_do(served: tuple[Desk, Server]):
    desk, server = served
    desk.run("apply", "flowit.yaml")
    done = desk.program("serve", "--port", "0")

    assert 1 == done.code
    assert "busy: Another process works on" in done.err
    assert 200 == status(f"{server.url}/healthz")
    assert 0 == desk.run("secret", "list", "--org", "flowit").code


def test_a_port_that_is_taken_says_what_to_do(desk: Desk):
    with socket.create_server(("127.0.0.1", 0)) as line:
        done = desk.program("serve", "--port", str(line.getsockname()[1]))

    assert 1 == done.code
    assert "busy: Cannot listen on 127.0.0.1:" in done.err
    assert "Choose another with --port" in done.err


def test_a_socket_that_a_killed_server_left_is_no_obstacle(desk: Desk):
    with desk.serving() as server:
        server.stop(signal.SIGKILL)
    left = (desk.data / "threadline.sock").exists()
    done = desk.run("apply", "flowit.yaml")
    with desk.serving() as server:
        through = desk.run("endpoint", "list", "--org", "flowit")
        stopped = server.stop()

    assert left
    assert [0, 0, 0] == [done.code, through.code, stopped.code]
    assert not (desk.data / "threadline.sock").exists()


def test_a_server_stops_on_ctrl_c(desk: Desk):
    with desk.serving() as server:
        stopped = server.stop(signal.SIGINT)

    assert 0 == stopped.code
    assert "stopped" in stopped.err


def test_ctrl_c_ends_a_command_that_waits(desk: Desk):
    pipe = desk.folder / "pipe.yaml"
    os.mkfifo(pipe)
    with desk.start("apply", "pipe.yaml") as waiting, pipe.open("w"):
        waiting.send_signal(signal.SIGINT)  # it has opened the pipe, so it is reading
        said = waiting.communicate(timeout=PATIENCE)

    assert (130, ("", "")) == (waiting.returncode, said)


def test_a_misspelt_variable_is_in_the_log(desk: Desk):
    desk.env["THREADLINE_PUBLIC_ULR"] = "https://sms.example.com"
    with desk.start("serve", "--port", "0") as program:
        assert program.stderr is not None
        first = json.loads(program.stderr.readline())
        program.kill()

    assert "misspelt" == first["event"]
    assert ("THREADLINE_PUBLIC_ULR", "THREADLINE_PUBLIC_URL") == (
        first["variable"],
        first["meant"],
    )


def test_nobody_elses_variables_reach_a_document(desk: Desk):
    """FromEnv is for secrets; anywhere else it is kept as it was written."""
    bots = FLOWIT.replace(
        "Name: MySms\n", "Name: MySms\n    Useragent: {FromEnv: TWILIO_TOKEN}\n"
    )
    desk.write("flowit.yaml", bots)
    desk.run("apply", "flowit.yaml")
    shown = desk.run("endpoint", "describe", ADDRESS)

    assert {"FromEnv": "TWILIO_TOKEN"} == json.loads(shown.out)["Useragent"]


def test_the_vaults_file_is_the_owners_alone(served: tuple[Desk, Server]):
    desk, _server = served
    desk.run("apply", "flowit.yaml")
    keys = desk.data / "vault.keys"

    assert 0o600 == stat.S_IMODE(keys.stat().st_mode)
    assert b"canary" not in b"".join(
        one.read_bytes() for one in desk.data.rglob("*") if one.is_file()
    )

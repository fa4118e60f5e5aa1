"""`threadline apply` without a server: files to a diff, or to problems by file and line."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import ADDRESS, CANARY, FLOWIT, KEYS, SID, TEA, Desk


def test_a_file_with_variables_and_files_is_made_true(desk: Desk):
    first = desk.run("apply", "flowit.yaml", "--public-url", "https://sms.example.com/")
    again = desk.run("apply", "flowit.yaml")
    shown = desk.run("endpoint", "describe", ADDRESS)

    assert (0, "") == (first.code, first.err)
    assert [
        "+ organization flowit",
        f"+ secret {KEYS}",
        "+ bot MySmsBot",
        f"+ endpoint {ADDRESS}",
        "+ endpoint flowit-MySmsBot",
        "Applied 5 of 5.",
        f"Messaging endpoint of {ADDRESS}:",
        f"    https://sms.example.com/v1/engage/{ADDRESS}#rc=4&rp=ct,rt,5xx&ct=2000&rt=3500",
        "Its fallback:",
        f"    https://sms.example.com/v1/engage/{ADDRESS}/fallback",
    ] == first.out.splitlines()
    assert "Nothing to change." in again.out.splitlines()
    assert ADDRESS == json.loads(shown.out)["Address"]
    assert "Only this machine can call that." in shown.err


def test_a_dry_run_shows_the_difference_and_changes_nothing(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.write("flowit.yaml", FLOWIT.replace("Status: online", "Status: offline"))
    desk.env["TWILIO_TOKEN"] = f"{CANARY}2"
    dry = desk.run("apply", "flowit.yaml", "--dry-run")
    listed = desk.run("endpoint", "list", "--org", "flowit")

    assert [
        "= organization flowit",
        f"~ secret {KEYS}",
        "    ~ Value",
        "= bot MySmsBot",
        f"~ endpoint {ADDRESS}",
        '    ~ Status: "online" -> "offline"',
        "Would apply 2 of 4.",
    ] == dry.out.splitlines()[:7]
    assert f"{ADDRESS}  TwilioSms  online  MySms" in listed.out.splitlines()


def test_standard_input_and_several_documents_are_read(desk: Desk):
    two = f"{FLOWIT}---\nOrganization: acme\n---\n"
    done = desk.run("apply", "-", "--json", stdin=two)

    found = json.loads(done.out)
    assert 0 == done.code
    assert ["flowit", "acme"] == [
        one["name"] for one in found["changes"] if one["kind"] == "organization"
    ]


def test_json_is_read_as_well_and_files_are_put_together(desk: Desk):
    desk.write("acme.json", json.dumps({"Organization": "acme", "Title": "Æ \ud83d\ude00"}))
    done = desk.run("apply", "flowit.yaml", "acme.json")

    assert "+ organization acme" in done.out.splitlines()


def test_problems_are_told_by_file_and_line_all_at_once(desk: Desk):
    wrong = FLOWIT.replace("Name: MySms\n", "Name: ''\n").replace("online", "on")
    desk.write("flowit.yaml", wrong)
    desk.write("flows/tea.yaml", TEA.replace("next: end", "next: nowhere"))
    desk.write("acme.yaml", "# acme\nOrganization: acme\nEndpoint: []\n")
    done = desk.run("apply", "flowit.yaml", "acme.yaml")

    assert (1, "") == (done.code, done.out)
    assert [
        "wire_unknown_node: flows/tea.yaml: nodes.hello.next (line 3)",
        "field_unknown: acme.yaml: Endpoint (line 3)",
        "name_missing: flowit.yaml: Endpoints[0].Name (line 15)",
        "status_invalid: flowit.yaml: Endpoints[0].Status (line 16)",
    ] == [line[: line.index(")") + 1] for line in done.err.splitlines()]
    assert not (desk.data / "threadline.sock").exists()


def test_a_flow_inside_the_file_is_told_by_its_line(desk: Desk):
    flow = TEA.replace("type: Dialogue", "type: Dialog").replace("\n", "\n      ")
    desk.write(
        "flowit.yaml", FLOWIT.replace("FlowFile: flows/tea.yaml", f"Flow:\n      {flow}")
    )
    done = desk.run("apply", "flowit.yaml")

    assert 1 == done.code
    where = "flowit.yaml: Bots[0].Flow.nodes.hello.type (line 15)"
    assert f"node_unknown_type: {where}: " in done.err
    assert "Did you mean `Dialogue`?" in done.err


@pytest.mark.parametrize(
    ("changed", "to", "expected"),
    [
        (
            "TWILIO_TOKEN",
            "NO_SUCH",
            "variable_missing: flowit.yaml: Secrets[0].Value.authToken (line 7)",
        ),
        (
            "number.txt",
            "no.txt",
            "file_unreadable: flowit.yaml: Secrets[0].Value.phoneNumber (line 8)",
        ),
        (
            "flows/tea.yaml",
            "no.yaml",
            "file_unreadable: flowit.yaml: Bots[0].FlowFile (line 12)",
        ),
        ("flows/tea.yaml", "[1]", "flow_file_invalid: flowit.yaml: Bots[0].FlowFile (line 12)"),
        ("Title: Flow IT", "Title: [", "yaml_invalid: flowit.yaml (line "),
        ("Title: Flow IT", "Organization: acme", "key_duplicate: Organization (line 2)"),
    ],
    ids=[
        "a variable",
        "a file",
        "a flow's file",
        "a list of flows",
        "a bracket",
        "a key twice",
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    desk: Desk, changed: str, to: str, expected: str
):
    desk.write("flowit.yaml", FLOWIT.replace(changed, to))
    done = desk.run("apply", "flowit.yaml")

    assert 1 == done.code
    assert expected in done.err


def test_a_secret_may_be_a_file_as_a_whole(desk: Desk):
    value = {"accountSid": SID, "authToken": CANARY, "phoneNumber": "+15550109999"}
    head, tail = FLOWIT.split("    Value:\n")
    tail = tail[tail.index("Bots:") :]
    desk.write("flowit.yaml", f"{head}    Value: {{FromFile: keys.json}}\n{tail}")
    desk.write("keys.json", f"*{CANARY} [")
    broken = desk.run("apply", "flowit.yaml")
    desk.write("keys.json", json.dumps(value))
    done = desk.run("apply", "flowit.yaml")

    assert (1, 0) == (broken.code, done.code)
    assert "secret_invalid: flowit.yaml: Secrets[0].Value (line 5): This is not" in broken.err


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["apply"], 2),
        (["apply", "no.yaml"], 1),
        (["aply"], 2),
        (["secret", "list"], 1),
        (["endpoint", "describe", "nobody"], 1),
        (["conversation", "list", "--org", "flowit", "--limit", "0"], 2),
        (["apply", "flowit.yaml", "--database-url", "postgresql://x@127.0.0.1:1/x"], 3),
        (["apply", "flowit.yaml", "--database-url", "mysql://x:y@z/x"], 1),
        (["apply", "flowit.yaml", "--data", "number.txt"], 1),
        (["chat", "--carrier", "http://127.0.0.1:1"], 3),
        (["--version"], 0),
    ],
    ids=str,
)
def test_the_exit_code_tells_what_kind_of_end_it_was(
    desk: Desk, args: list[str], expected: int
):
    done = desk.run(*args)

    assert expected == done.code, done.err
    assert (expected == 0) == (done.err == "")


def test_a_variable_that_is_wrong_is_named(desk: Desk):
    desk.env |= {"THREADLINE_PORT": "http", "THREADLINE_SEND_RETRIES": "1,x"}
    done = desk.run("apply", "flowit.yaml")

    assert 1 == done.code
    assert "setting_invalid: THREADLINE_PORT: " in done.err
    assert "setting_invalid: THREADLINE_SEND_RETRIES[1]: " in done.err

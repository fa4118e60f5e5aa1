"""What is typed about people and about who changed what, beside a server and without one."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.conftest import Desk, Server, sample
from threadline.app import open_app
from threadline.operations import audit, users
from threadline.settings import Settings

ANN, BOB = "ann@example.com", "bob@example.com"
HOST = "https://sms.example.com"
ASKED = "/users ann@example.com viewer"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Server]]:
    """A desk with a server on its data, for the whole module."""
    desk = sample(tmp_path_factory.mktemp("served"))
    with desk.serving() as server:
        yield desk, server


@pytest.fixture
def alone(desk: Desk) -> Desk:
    """With an organization, and no server."""
    desk.env["THREADLINE_PUBLIC_URL"] = HOST
    desk.run("org", "create", "flowit")
    return desk


def lines(desk: Desk, *args: str) -> list[str]:
    done = desk.run(*args)
    assert (0, "") == (done.code, done.err)
    return done.out.splitlines()


def found(desk: Desk, *args: str) -> Any:
    return json.loads(desk.run(*args, "--json").out)


def join(desk: Desk, link: str) -> None:
    """What their browser does with a link."""

    async def run() -> None:
        app = await open_app(Settings.read(data=desk.data))
        code = link.partition("?code=")[2]
        await users.come_in(app, code, name="Ann Lee", password="four plain quiet words")
        await app.close()

    asyncio.run(run())


def cut_off(desk: Desk) -> None:
    """A change of the server's own, whose server dies before it is done."""

    async def run() -> None:
        app = await open_app(Settings.read(data=desk.data))
        change = {
            "who": "owner",
            "door": "cli",
            "what": "link_user",
            "about": "/users/ann/link",
        }
        with contextlib.suppress(asyncio.CancelledError):
            async with audit.written(app, organization="", **change):
                raise asyncio.CancelledError
        await app.close()

    asyncio.run(run())


@pytest.mark.parametrize("beside", ["a server", "nobody"])
def test_people_are_looked_after_the_same_way_with_a_server_and_without(
    served: tuple[Desk, Server], alone: Desk, beside: str
):
    here, host = (served[0], served[1].url) if beside == "a server" else (alone, HOST)
    here.run("org", "create", "acme")
    org = ("--org", "acme")
    nobody = lines(here, "user", "list", *org)
    invited = here.run("user", "invite", BOB, "--role", "owner", *org)
    here.run("user", "invite", ANN, *org)
    changed = lines(here, "user", "role", "Ann@Example.com", "builder", *org)
    [ann, bob] = found(here, "user", "list", *org)
    listed = lines(here, "user", "list", *org)
    linked = here.run("user", "link", ANN, *org)
    removed = lines(here, "user", "remove", ann["id"], *org)
    wrong = [
        here.run("user", "remove", ANN, *org),
        here.run("user", "role", BOB, "admin", *org),
        here.run("user", "invite", "ann", *org),
        here.run("user", "link", "nobody@example.com"),
        here.run("user", "list", "--org", "amce"),
    ]
    told = [one.err.splitlines() for one in wrong]

    assert [
        "There is nobody yet. `threadline user invite EMAIL --role owner` makes a link for the "
        "first one."
    ] == nobody
    assert invited.out.startswith(f"{host}/join?code=")
    assert "one time, for seven days, and not shown again" in invited.err
    assert [f"{ANN} is builder now."] == changed
    assert [
        f"{ANN}  builder  asked in {ann['added_at']}",
        f"{BOB}  owner  asked in {bob['added_at']}",
    ] == listed
    assert linked.out.startswith(f"{host}/join?code=")
    assert "one time, for an hour, and not shown again" in linked.err
    assert [f"{ANN} sees nothing of the organization any more."] == removed
    assert [BOB] == lines(here, "user", "list", "--quiet", *org)
    assert [(1, "", 1)] * 5 == [
        (one.code, one.out, len(said)) for one, said in zip(wrong, told, strict=True)
    ]
    assert told[0][0].startswith(f"not_found: There is nobody '{ANN}' in acme. `threadline ")
    assert told[1][0].startswith("role_unknown: role: There is no role 'admin'. Use: viewer ")
    assert told[2][0].startswith("email_invalid: email: This is no e-mail address. Write it ")
    assert told[3][0].startswith("not_found: Nobody has an account with nobody@example.com. ")
    assert "Did you mean `acme`?" in told[4][0]


@pytest.mark.parametrize("beside", ["a server", "nobody"])
def test_who_changed_what_is_told_the_same_way_with_a_server_and_without(
    served: tuple[Desk, Server], alone: Desk, beside: str
):
    here = served[0] if beside == "a server" else alone
    for name in ("globex", "initech"):
        here.run("org", "create", name)
    nothing = lines(here, "audit", "list", "--org", "globex")
    here.run("user", "invite", ANN, "--org", "globex")
    here.run("user", "invite", ANN, "--org", "initech")
    here.run("user", "remove", ANN, "--org", "globex")
    here.run("user", "remove", ANN, "--org", "globex")  # refused: nothing was changed
    rows = found(here, "audit", "list", "--org", "globex")
    own = {"organization": "globex", "who": "owner", "door": "cli", "done": True}

    assert ["Nothing was changed yet."] == nothing
    assert [
        {**own, "at": rows[0]["at"], "what": "remove_user", "about": f"/users/{ANN}"},
        {**own, "at": rows[1]["at"], "what": "invite_user", "about": ASKED},
    ] == rows
    assert [
        f"{rows[0]['at']}  globex  owner  cli  remove_user  /users/{ANN}",
        f"{rows[1]['at']}  globex  owner  cli  invite_user  {ASKED}",
    ] == lines(here, "audit", "list", "--org", "globex")
    assert [f"/users/{ANN}", ASKED] == lines(
        here, "audit", "list", "--org", "globex", "--quiet"
    )
    assert ["globex", "initech", "globex"] == [
        one["organization"] for one in found(here, "audit", "list", "--limit", "3")
    ]


def test_quiet_prints_the_link_alone_and_json_all_that_is_known(alone: Desk):
    quiet = lines(alone, "user", "invite", ANN, "-q", "--public-url", "https://other.example")
    invited = found(alone, "user", "invite", BOB, "--role", "operator")
    link = lines(alone, "user", "link", ANN, "-q", "--public-url", "https://other.example")
    changed = found(alone, "user", "role", BOB, "viewer")

    assert [True] == [one.startswith("https://other.example/join?code=") for one in quiet]
    assert [True] == [one.startswith("https://other.example/join?code=") for one in link]
    assert (BOB, "operator", False) == tuple(
        invited[name] for name in ("email", "role", "joined")
    )
    assert invited["link"].startswith(f"{HOST}/join?code=")
    assert {**changed, "role": "operator"} == {k: v for k, v in invited.items() if k != "link"}
    assert changed == found(alone, "user", "remove", BOB)
    assert [ANN] == lines(alone, "user", "role", ANN, "owner", "--quiet")


def test_who_came_is_listed_by_name_and_the_last_owner_stays(alone: Desk):
    [link] = lines(alone, "user", "invite", ANN, "--role", "owner", "--quiet")
    join(alone, link)
    listed = lines(alone, "user", "list")
    wrong = [alone.run("user", "remove", ANN), alone.run("user", "role", ANN, "viewer")]

    assert [f"{ANN}  owner  Ann Lee"] == listed
    assert [(1, "")] * 2 == [(one.code, one.out) for one in wrong]
    assert [True] * 2 == [one.err.startswith("last_owner: role: ") for one in wrong]
    assert listed == lines(alone, "user", "list")


def test_what_was_cut_off_is_told_as_not_known_to_be_done(alone: Desk):
    cut_off(alone)
    one = found(alone, "audit", "list")[0]
    told = (
        "owner  cli  link_user  /users/ann/link  (under way, or not known whether it was done)"
    )

    assert ("", False) == (one["organization"], one["done"])
    assert [f"{one['at']}  {told}"] == lines(alone, "audit", "list", "--limit", "1")


def test_a_key_looks_after_people_from_afar_but_makes_no_link_to_a_password(
    served: tuple[Desk, Server],
):
    here, server = served
    here.run("org", "create", "umbrella")
    create = ("key", "create", "hr", "--scope", "admin", "--org", "umbrella", "--quiet")
    [key] = lines(here, *create)
    there = ("--url", server.url, "--key", key)
    here.run("user", "invite", ANN, *there)
    link = here.run("user", "link", ANN, *there)
    [one] = found(here, "key", "list", "--org", "umbrella")
    log = found(here, "audit", "list", *there)

    assert [ANN] == lines(here, "user", "list", "--quiet", *there)
    assert (1, "") == (link.code, link.out)
    assert link.err.startswith("out_of_scope: Only the owner of the server may do this: run ")
    assert [(one["id"], "api", "invite_user"), ("owner", "cli", "create_key")] == [
        (line["who"], line["door"], line["what"]) for line in log
    ]


@pytest.mark.parametrize("limit", ["0", "1001", "all"])
@pytest.mark.parametrize("noun", ["user", "audit"])
def test_what_is_no_number_of_lines_is_wrong_usage(alone: Desk, noun: str, limit: str):
    done = alone.run(noun, "list", "--limit", limit)

    assert (2, "") == (done.code, done.out)
    assert "--limit" in done.err

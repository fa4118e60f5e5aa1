"""Secrets: made, renewed, listed, deleted; and nothing ever shows what is in them."""

from __future__ import annotations

import asyncio
import base64
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.test_apply import KEYS, SAMPLE, flowit, route
from tests.world import ADDRESS, Account, document, until, world
from threadline.app import App, open_app
from threadline.errors import Invalid, NotFound, Outdated
from threadline.model import etags
from threadline.operations import secrets
from threadline.operations.apply import apply
from threadline.settings import Settings
from threadline.vault import KeyRing

VALUE = {"accountSid": "canary-sid", "authToken": "canary-token"}
SHOWN = ["Alias", "Srn", "Type", "Created", "Version"]


@pytest.fixture
async def flowit_app(app: App) -> App:
    """With an organization that has nothing yet."""
    await apply(app, documents=[{"Organization": "flowit"}])
    return app


async def create(
    app: App, name: str = "keys", type: str = "secretdoc", value: Any = VALUE
) -> str:
    said = await secrets.create(app, organization="flowit", name=name, type=type, value=value)
    return str(said["Srn"])


async def refused(doing: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as why:
        await doing
    return [(one.code, one.path) for one in why.value.problems]


async def test_a_secret_is_described_without_its_value(flowit_app: App, clock: Calendar):
    made = await secrets.create(
        flowit_app, organization="flowit", name="keys", type="secretdoc", value=VALUE
    )
    listed = (await secrets.list_(flowit_app, organization="flowit"))["data"]
    described = await secrets.describe(flowit_app, srn=made["Srn"])

    srn = "srn:vault::flowit:secretdoc:keys"
    told = dict(zip(SHOWN, ["keys", srn, "secretdoc", clock.now // 1000, 1], strict=True))
    assert told == made == described
    assert [told] == listed


async def test_a_value_never_comes_back(flowit_app: App):
    srn = await create(flowit_app)
    rows = await flowit_app.store.secrets()
    shown = [
        await secrets.list_(flowit_app, organization="flowit"),
        await secrets.describe(flowit_app, srn=srn),
        await secrets.replace(flowit_app, srn=srn, value={"authToken": "canary-2"}),
        rows,
        [(one.sealed, one.fingerprint) for one in rows],
        await flowit_app.vault.reveal(srn),
        await secrets.delete(flowit_app, srn=srn),
    ]

    assert "canary" not in repr(shown)


async def test_a_text_is_a_secret_too(flowit_app: App):
    srn = await create(flowit_app, "webhookApiKey", "secret", "canary")

    assert "srn:vault::flowit:secret:webhookApiKey" == srn
    assert "canary" == await flowit_app.vault.reveal(srn)


async def test_further_tokens_and_shared_keys_are_part_of_a_secret(flowit_app: App):
    whole = {
        **Account().value,
        "authTokens": ["one", "two"],
        "sharedKeys": {"webhooks_sharedkey_1": "three"},
    }
    srn = await create(flowit_app, value=whole)

    assert whole == dict(await flowit_app.vault.reveal(srn))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"name": "a b"}, ("name_invalid", "Alias")),
        ({"name": ""}, ("name_invalid", "Alias")),
        ({"type": "aws"}, ("type_unknown", "Type")),
        ({"value": "canary"}, ("secret_invalid", "Value")),
        ({"value": None}, ("secret_empty", "Value")),
    ],
    ids=str,
)
async def test_a_secret_is_refused(
    flowit_app: App, changed: dict[str, Any], expected: tuple[str, str]
):
    said = {"organization": "flowit", "name": "keys", "type": "secretdoc", "value": VALUE}

    assert [expected] == await refused(secrets.create(flowit_app, **(said | changed)))
    assert [] == await flowit_app.store.secrets()


async def test_a_secret_is_not_made_twice(flowit_app: App):
    srn = await create(flowit_app)

    assert [("secret_exists", "Alias")] == await refused(create(flowit_app, value={"a": "b"}))
    assert VALUE == dict(await flowit_app.vault.reveal(srn))  # type: ignore[arg-type]


async def test_a_replaced_secret_is_used_at_once(flowit_app: App, clock: Calendar):
    srn = await create(flowit_app)
    assert VALUE == dict(await flowit_app.vault.reveal(srn))  # type: ignore[arg-type]
    clock.skip(5)
    told = await secrets.replace(flowit_app, srn=srn, value={"authToken": "new"})

    assert 2 == told["Version"]
    assert clock.now // 1000 - 5000 == told["Created"]
    assert {"authToken": "new"} == dict(await flowit_app.vault.reveal(srn))  # type: ignore[arg-type]


async def test_a_replaced_secret_moves_the_endpoints_number(app: App):
    first, second = Account(), Account(number="+15550107777")
    await apply(app, documents=[flowit(first)])
    await secrets.replace(app, srn=KEYS, value=second.value)

    assert None is await app.store.endpoint_on(route(first))
    assert None is not await app.store.endpoint_on(route(second))


async def test_an_endpoints_secret_stays_fit_for_it(app: App):
    await apply(app, documents=[flowit()])
    lame = {name: text for name, text in Account().value.items() if name != "authToken"}

    assert [("secret_incomplete", "Value.authToken")] == await refused(
        secrets.replace(app, srn=KEYS, value=lame)
    )
    assert 1 == (await secrets.describe(app, srn=KEYS))["Version"]


@pytest.mark.parametrize("organization", ["flowit", "acme"])
async def test_a_replaced_secret_cannot_take_a_number_that_is_in_use(
    app: App, organization: str
):
    other = Account("+15550108888")
    await apply(app, documents=[flowit()])
    theirs = document(other, organization=organization, address="theirs-sms")
    await apply(app, documents=[theirs])
    with pytest.raises(Invalid) as why:
        await secrets.replace(app, srn=KEYS, value=other.value)

    [problem] = why.value.problems
    assert ("sender_taken", "Value") == (problem.code, problem.path)
    assert ("theirs-sms" in problem.message) == (organization == "flowit")


async def test_a_used_secret_is_not_deleted_and_its_users_are_named(app: App):
    key = "srn:vault::flowit:secret:botkey"
    bots = [
        {"Name": "signed", "Type": "http", "Url": "https://example.com/", "Secret": key},
        {
            "Name": "keyed",
            "Type": "http",
            "Url": "https://example.com/",
            "Headers": {"Authorization": key},
        },
    ]
    sample = flowit(None, SAMPLE, {**SAMPLE, "Address": "spare", "Status": "offline"})
    sample["Secrets"].append({"Name": "botkey", "Type": "secret", "Value": "k" * 20})
    sample["Bots"] += bots
    await apply(app, documents=[sample])
    said = []
    for srn in (KEYS, key):
        with pytest.raises(Invalid) as why:
            await secrets.delete(app, srn=srn)
        [problem] = why.value.problems
        said.append((problem.code, problem.message))

    used = f"Used by endpoint MySms ({ADDRESS}), endpoint MySms (spare)."
    assert [
        ("secret_in_use", used),
        ("secret_in_use", "Used by bot keyed, bot signed."),
    ] == said
    assert 2 == len(await app.store.secrets())


async def test_a_deleted_secret_is_gone_and_may_be_made_again(flowit_app: App):
    srn = await create(flowit_app)
    await secrets.delete(flowit_app, srn=srn)

    assert [] == (await secrets.list_(flowit_app, organization="flowit"))["data"]
    assert srn == await create(flowit_app, value={"a": "b"})


async def test_a_secret_that_is_not_there_is_told_with_what_was_meant(flowit_app: App):
    await create(flowit_app, "twiliokeys")
    await apply(flowit_app, documents=[{"Organization": "acme"}])
    said = []
    for srn in (
        "srn:vault::flowit:secretdoc:twiliokey",
        "srn:vault::acme:secretdoc:twiliokeys",
        "twiliokeys",
    ):
        with pytest.raises(NotFound) as why:
            await secrets.describe(flowit_app, srn=srn)
        said.append(str(why.value))

    assert "Did you mean `srn:vault::flowit:secretdoc:twiliokeys`?" in said[0]
    assert "There is none yet." in said[1]
    assert "write srn:vault::ORG:secretdoc:twiliokeys" in said[2]


async def test_a_misspelt_organization_is_told(flowit_app: App):
    said = {"organization": "flowti", "name": "keys", "value": VALUE}
    with pytest.raises(NotFound, match="Did you mean `flowit`"):
        await secrets.list_(flowit_app, organization="flowti")
    with pytest.raises(NotFound, match="Did you mean `flowit`"):
        await secrets.create(flowit_app, **said)  # type: ignore[arg-type]


async def test_a_secret_of_another_organization_is_as_if_it_were_not_there(flowit_app: App):
    """Whoever asks for acme hears of acme's secrets, and never of flowit's."""
    await apply(flowit_app, documents=[{"Organization": "acme"}])
    srn = await create(flowit_app, "twiliokeys")
    said = []
    for asked in (srn, srn.replace("twiliokeys", "twiliokeyz")):
        for doing in (
            secrets.describe(flowit_app, srn=asked, organization="acme"),
            secrets.replace(flowit_app, srn=asked, value=VALUE, organization="acme"),
            secrets.delete(flowit_app, srn=asked, organization="acme"),
        ):
            with pytest.raises(NotFound) as why:
                await doing
            said.append(str(why.value).replace(asked, "SRN"))

    assert ["There is no secret SRN. There is none yet."] * 6 == said
    assert 1 == (await secrets.describe(flowit_app, srn=srn, organization="flowit"))["Version"]


async def test_of_two_who_replace_what_they_saw_one_has_to_look_again(flowit_app: App):
    srn = await create(flowit_app)
    seen = etags.of(await secrets.describe(flowit_app, srn=srn))
    values: list[Any] = [{"authToken": f"token-{n}"} for n in range(5)]
    done = await asyncio.gather(
        *(secrets.replace(flowit_app, srn=srn, value=one, if_match=seen) for one in values),
        return_exceptions=True,
    )

    assert [2] == [one["Version"] for one in done if not isinstance(one, BaseException)]
    assert 4 == sum(isinstance(one, Outdated) for one in done)


async def test_nodes_that_replace_a_secret_at_once_count_every_version(
    tmp_path: Path, postgres_url: str, clock: Calendar
):
    settings = Settings.read(data=tmp_path, database_url=postgres_url)
    nodes = [await open_app(settings, clock) for _ in range(2)]
    await apply(nodes[0], documents=[{"Organization": "flowit"}])
    srn = await create(nodes[0])
    done = await asyncio.gather(
        *(secrets.replace(nodes[n % 2], srn=srn, value={"a": str(n)}) for n in range(6))
    )
    for one in nodes:
        await one.close()

    assert [2, 3, 4, 5, 6, 7] == sorted(one["Version"] for one in done)


async def test_rotation_seals_everything_with_a_new_key(flowit_app: App, settings: Settings):
    srns = [await create(flowit_app, f"keys-{n}") for n in range(3)]
    old = {one.sealed for one in await flowit_app.store.secrets()}
    told = await secrets.rotate(flowit_app)
    again = await secrets.rotate(flowit_app, add_key=False)

    rows = await flowit_app.store.secrets()
    file = settings.data / "vault.keys"
    assert 3 == told["resealed"]
    assert {"added_key": None, "resealed": 0} == again
    assert not old & {one.sealed for one in rows}
    assert {told["added_key"]} == {
        base64.b64decode(r.sealed).split(b"|")[1].decode() for r in rows
    }
    assert VALUE == dict(await flowit_app.vault.reveal(srns[0]))  # type: ignore[arg-type]
    assert 0o600 == file.stat().st_mode & 0o777


async def test_after_rotation_the_same_value_is_still_the_same(app: App):
    account = Account()
    await apply(app, documents=[flowit(account)])
    await secrets.rotate(app)
    found = await apply(app, documents=[flowit(account)])

    assert {"keep"} == {one["action"] for one in found["changes"]}


async def test_after_rotation_the_old_key_may_go(
    flowit_app: App, settings: Settings, clock: Calendar
):
    srn = await create(flowit_app)
    await secrets.rotate(flowit_app)
    file = settings.data / "vault.keys"
    *about, first, _second = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*about, first]))
    clock.skip(settings.secret_ttl + 1)

    assert VALUE == dict(await flowit_app.vault.reveal(srn))  # type: ignore[arg-type]
    assert {"added_key": None, "resealed": 0} == await secrets.rotate(flowit_app, add_key=False)


async def test_a_running_app_opens_what_a_key_of_another_process_sealed(
    flowit_app: App, settings: Settings, clock: Calendar
):
    await asyncio.to_thread(KeyRing.add_key, settings.data / "vault.keys")
    ring = KeyRing.load(settings.data / "vault.keys")
    srn = await create(flowit_app)
    row = await flowit_app.store.secret(srn)

    assert row is not None
    assert ring.primary.id == base64.b64decode(row.sealed).split(b"|")[1].decode()
    assert VALUE == dict(await flowit_app.vault.reveal(srn))  # type: ignore[arg-type]


async def test_another_node_opens_what_was_sealed_with_a_key_that_it_had_not_seen(
    tmp_path: Path, postgres_url: str, clock: Calendar
):
    settings = Settings.read(data=tmp_path, database_url=postgres_url)
    first, second = await open_app(settings, clock), await open_app(settings, clock)
    await apply(first, documents=[{"Organization": "flowit"}])
    srn = await create(first)
    assert VALUE == dict(await second.vault.reveal(srn))  # type: ignore[arg-type]
    await secrets.rotate(first)
    await secrets.replace(first, srn=srn, value={"authToken": "new"})

    async def revealed() -> dict[str, Any]:
        return dict(await second.vault.reveal(srn))  # type: ignore[arg-type]

    found = await until(revealed, lambda value: value != VALUE)
    await first.close()
    await second.close()
    assert {"authToken": "new"} == found


async def test_keys_of_the_environment_rotate_by_putting_a_new_one_in_front(
    settings: Settings, clock: Calendar, monkeypatch: pytest.MonkeyPatch
):
    old, new = (f"{id}:{base64.b64encode(os.urandom(32)).decode()}" for id in ("old", "new"))
    told = []
    for keys in (old, f"{new},{old}", new):
        monkeypatch.setenv("THREADLINE_VAULT_KEYS", keys)
        given = Settings.read(data=settings.data, database_url=settings.database_url)
        app = await open_app(given, clock)
        if keys == old:
            await apply(app, documents=[{"Organization": "flowit"}])
            await create(app)
        told.append(await secrets.rotate(app))
        value = await app.vault.reveal("srn:vault::flowit:secretdoc:keys")
        await app.close()

    assert [0, 1, 0] == [one["resealed"] for one in told]
    assert [None] * 3 == [one["added_key"] for one in told]
    assert VALUE == dict(value)  # type: ignore[arg-type]
    assert not (settings.data / "vault.keys").exists()


async def test_a_mended_secret_lets_a_paused_sender_go_on(tmp_path: Path, database_url: str):
    """A wrong token pauses the number; replacing the secret sends what waits, at once."""
    async with world(tmp_path, database_url, paused=3600) as here:
        account = Account()
        await here.apply(document(account))
        srn = f"srn:vault::flowit:secretdoc:{ADDRESS}-keys"
        token = "0" * 32
        both = {**account.value, "authToken": token, "authTokens": [account.token]}
        await secrets.replace(here.app, srn=srn, value=both)
        await here.text("hi")

        async def notes() -> list[str]:
            return [e["element"].get("code", "") for e in await here.timeline()]

        await until(notes, any)
        assert [] == await here.received()
        await secrets.replace(here.app, srn=srn, value=account.value)

        greeting = ["Hello!", "Tea or coffee?"]
        assert greeting == await here.until(here.received, greeting)

"""Secrets are sealed at rest, revealed on use and never shown."""

from __future__ import annotations

import asyncio
import traceback
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from threadline.errors import KeyMissing, SecretMissing, SecretUnavailable, StoreDown
from threadline.model.clock import seconds
from threadline.model.rows import SecretRow
from threadline.ports import SecretValue
from threadline.vault import KeyRing, StoredVault, check_value, describe

SRN = "srn:vault::flowit:secretdoc:twiliokeys"
KEYS = {"accountSid": "AC0", "authToken": "canary-7"}
OLD = f"old:{b64encode(bytes(32)).decode()}"
NEW = f"new:{b64encode(bytes(range(32))).decode()}"


class Rows:
    """The vault's part of a store, in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, SecretRow] = {}
        self.asked = 0
        self.down = False
        self.before_reseal: Callable[[str], None] = lambda srn: None

    async def secret(self, srn: str) -> SecretRow | None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            raise StoreDown("The database does not answer.")
        return self.rows.get(srn)

    async def secrets(self) -> list[SecretRow]:
        return list(self.rows.values())

    async def reseal_secret(
        self, srn: str, version: int, old_sealed: str, sealed: str, fingerprint: str
    ) -> bool:
        await asyncio.sleep(0)
        self.before_reseal(srn)
        row = self.rows.get(srn)
        if row is None or (row.version, row.sealed) != (version, old_sealed):
            return False
        self.rows[srn] = replace(row, sealed=sealed, fingerprint=fingerprint)
        return True


class Clock:
    def __init__(self) -> None:
        self.now = seconds(1_000)

    def __call__(self) -> int:
        return self.now


class Safe:
    """A vault with what it stands on."""

    def __init__(self, keys: KeyRing) -> None:
        self.store, self.clock = Rows(), Clock()
        self.vault = StoredVault(self.store, keys, self.clock, ttl_seconds=60)

    def put(self, srn: str, value: SecretValue, version: int = 1) -> SecretRow:
        sealed, mark = self.vault.seal(srn, version, value)
        _, _, _, organization, type, alias = srn.split(":")
        row = SecretRow(srn, organization, type, alias, sealed, mark, 1_500_000, version)
        self.store.rows[srn] = row
        return row


@pytest.fixture
def safe() -> Safe:
    return Safe(KeyRing.load(OLD))


async def test_a_stored_document_is_revealed(safe: Safe):
    safe.put(SRN, KEYS)
    revealed = await safe.vault.reveal(SRN)

    assert KEYS == revealed


async def test_a_stored_text_is_revealed(safe: Safe):
    srn = "srn:vault::flowit:secret:webhookApiKey"
    safe.put(srn, "canary-7")
    revealed = await safe.vault.reveal(srn)

    assert "canary-7" == revealed


async def test_what_is_stored_does_not_contain_the_value(safe: Safe):
    row = safe.put(SRN, KEYS)

    assert "canary-7" not in row.sealed + row.fingerprint
    assert "canary" not in repr(row)


async def test_a_revealed_document_shows_its_names_only(safe: Safe):
    safe.put(SRN, KEYS)
    revealed = await safe.vault.reveal(SRN)

    assert "<secretdoc with accountSid, authToken>" == f"{revealed}"


async def test_a_value_is_asked_from_the_store_once_a_while(safe: Safe):
    safe.put(SRN, KEYS)
    for _ in range(3):
        await safe.vault.reveal(SRN)
    safe.clock.now += seconds(60)
    await safe.vault.reveal(SRN)

    assert 2 == safe.store.asked


async def test_a_replaced_value_is_revealed_after_a_flush(safe: Safe):
    safe.put(SRN, KEYS)
    await safe.vault.reveal(SRN)
    safe.put(SRN, {"authToken": "next"}, version=2)
    safe.vault.flush()
    revealed = await safe.vault.reveal(SRN)

    assert {"authToken": "next"} == revealed


async def test_a_flush_while_a_value_is_fetched_is_not_lost(safe: Safe):
    safe.put(SRN, KEYS)
    fetching = asyncio.create_task(safe.vault.reveal(SRN))
    await asyncio.sleep(0)
    safe.vault.flush()
    await fetching
    await safe.vault.reveal(SRN)

    assert 2 == safe.store.asked


async def test_a_missing_secret_says_how_to_create_it(safe: Safe):
    with pytest.raises(SecretMissing, match=f"no secret {SRN}.*`threadline secret create`"):
        await safe.vault.reveal(SRN)


async def test_a_secret_created_later_is_found(safe: Safe):
    with pytest.raises(SecretMissing):
        await safe.vault.reveal(SRN)
    safe.put(SRN, KEYS)
    revealed = await safe.vault.reveal(SRN)

    assert KEYS == revealed


async def test_a_missing_key_says_where_to_put_it_back():
    safe = Safe(KeyRing.load(OLD))
    row = safe.put(SRN, KEYS)
    other = Safe(KeyRing.load(NEW))
    other.store.rows[SRN] = row

    with pytest.raises(KeyMissing, match="'old' is not in THREADLINE_VAULT_KEYS"):
        await other.vault.reveal(SRN)


async def test_a_sealed_value_in_another_row_is_not_revealed(safe: Safe):
    row = safe.put(SRN, KEYS)
    theirs = SRN.replace("flowit", "acme")
    safe.store.rows[theirs] = replace(row, srn=theirs, organization="acme")

    with pytest.raises(SecretUnavailable, match="sealed for another secret"):
        await safe.vault.reveal(theirs)


async def test_an_old_value_under_a_new_version_is_not_revealed(safe: Safe):
    safe.store.rows[SRN] = replace(safe.put(SRN, KEYS), version=2)

    with pytest.raises(SecretUnavailable, match="damaged"):
        await safe.vault.reveal(SRN)


async def test_an_unchanged_value_is_recognised_without_opening_it(safe: Safe):
    row = replace(safe.put(SRN, KEYS), sealed="")

    assert True is safe.vault.same(row, dict(reversed(KEYS.items())))
    assert False is safe.vault.same(row, KEYS | {"authToken": "next"})


def test_describing_a_secret_never_tells_its_value(safe: Safe):
    described = describe(safe.put(SRN, KEYS))

    expected = {"Alias": "twiliokeys", "Srn": SRN, "Type": "secretdoc"}
    assert expected | {"Created": 1_500, "Version": 1} == described


async def test_rotation_seals_everything_with_the_primary_key():
    safe = Safe(KeyRing.load(OLD))
    for number in range(250):
        safe.put(f"{SRN}{number}", KEYS)
    rows = safe.store.rows
    rotated = StoredVault(safe.store, KeyRing.load(f"{NEW},{OLD}"), safe.clock)
    count = await rotated.rotate()
    again = await rotated.rotate()
    alone = StoredVault(safe.store, KeyRing.load(NEW), safe.clock)

    assert (250, 0) == (count, again)
    assert KEYS == await alone.reveal(f"{SRN}7")
    assert True is alone.same(rows[f"{SRN}7"], KEYS)


async def test_a_value_replaced_during_rotation_is_not_lost():
    safe = Safe(KeyRing.load(OLD))
    safe.put(SRN, KEYS)
    rotated = StoredVault(safe.store, KeyRing.load(f"{NEW},{OLD}"), safe.clock)

    def replaced(srn: str) -> None:
        safe.store.before_reseal = lambda srn: None
        safe.put(srn, {"authToken": "next"}, version=2)

    safe.store.before_reseal = replaced
    count = await rotated.rotate()
    alone = StoredVault(safe.store, KeyRing.load(NEW), safe.clock)

    assert 1 == count
    assert {"authToken": "next"} == await alone.reveal(SRN)


async def test_a_secret_deleted_during_rotation_stays_deleted():
    safe = Safe(KeyRing.load(OLD))
    safe.put(SRN, KEYS)
    rotated = StoredVault(safe.store, KeyRing.load(f"{NEW},{OLD}"), safe.clock)
    safe.store.before_reseal = lambda srn: safe.store.rows.clear()
    count = await rotated.rotate()

    assert (0, {}) == (count, safe.store.rows)


async def test_two_rotations_at_once_do_the_work_once():
    safe = Safe(KeyRing.load(OLD))
    for number in range(20):
        safe.put(f"{SRN}{number}", KEYS)
    rotated = StoredVault(safe.store, KeyRing.load(f"{NEW},{OLD}"), safe.clock)
    counts = await asyncio.gather(rotated.rotate(), rotated.rotate())

    assert 20 == sum(counts)


async def test_rotation_goes_on_past_a_secret_that_cannot_be_opened():
    safe = Safe(KeyRing.load(OLD))
    lost = SRN.replace("twiliokeys", "lost")
    safe.store.rows[lost] = replace(safe.put(SRN, KEYS), srn=lost)
    safe.put(f"{SRN}2", KEYS)
    rotated = StoredVault(safe.store, KeyRing.load(f"{NEW},{OLD}"), safe.clock)
    with pytest.raises(SecretUnavailable, match=lost):
        await rotated.rotate()
    alone = StoredVault(safe.store, KeyRing.load(NEW), safe.clock)

    assert KEYS == await alone.reveal(f"{SRN}2")


async def test_a_running_server_reveals_and_seals_through_a_rotation(tmp_path: Path):
    path = tmp_path / "vault.keys"
    running = Safe(KeyRing.load(path))
    running.put(SRN, KEYS)
    id = KeyRing.add_key(path)
    await StoredVault(running.store, KeyRing.load(path), running.clock).rotate()
    revealed = await running.vault.reveal(SRN)
    row = running.put(f"{SRN}2", KEYS)

    assert KEYS == revealed
    assert row.fingerprint.startswith(f"{id}:")


@pytest.mark.parametrize(
    ("type", "value"),
    [("secret", "x"), ("secretdoc", {"a": "b"}), ("secretdoc", {"a": ""}), ("secret", "é" * 9)],
)
def test_a_text_or_a_document_of_texts_can_be_a_secret(type: str, value: Any):
    assert [] == check_value(type, value)


@pytest.mark.parametrize(
    ("type", "value", "code", "at"),
    [
        ("secret", {"a": "b"}, "secret_invalid", "Value"),
        ("secret", 7, "secret_invalid", "Value"),
        ("secret", "", "secret_empty", "Value"),
        ("secret", "a\ud800", "secret_invalid", "Value"),
        ("secret", "x" * 65_537, "secret_too_large", "Value"),
        ("secretdoc", "text", "secret_invalid", "Value"),
        ("secretdoc", ["a"], "secret_invalid", "Value"),
        ("secretdoc", {}, "secret_empty", "Value"),
        ("secretdoc", {"a": 7}, "secret_invalid", "Value.a"),
        ("secretdoc", {"a": {"b": "c"}}, "secret_invalid", "Value.a"),
        ("secretdoc", {"a": "x" * 65_537}, "secret_too_large", "Value"),
        ("password", "x", "type_unknown", "Type"),
    ],
)
def test_what_cannot_be_a_secret_is_told(type: str, value: Any, code: str, at: str):
    [problem] = check_value(type, value)

    assert (code, at) == (problem.code, problem.path)


async def test_no_failure_of_the_vault_tells_a_secret(safe: Safe):
    row = safe.put(SRN, KEYS)
    stranger = Safe(KeyRing.load(NEW))
    stranger.store.rows = {
        SRN: row,
        "moved": replace(safe.put("a:b:c:d:e:moved", "canary-7"), srn="moved"),
        "damaged": replace(row, srn="damaged", sealed="canary"),
    }
    told = [repr(safe.vault), str(check_value("secretdoc", {"a": "canary-7", "b": 7}))]
    for vault in (safe.vault, stranger.vault):
        vault._store = stranger.store
        for srn in (*stranger.store.rows, "missing"):
            try:
                revealed = await vault.reveal(srn)
                told.append(repr(revealed))
            except SecretUnavailable as why:
                told += [str(why), repr(why), traceback.format_exc()]
        try:
            await vault.rotate()
        except SecretUnavailable as why:
            told += [str(why), repr(why), traceback.format_exc()]
    for value in ("a\ud800canary-7", {"a": "canary-7", "b": object()}):
        try:
            safe.vault.seal(SRN, 1, value)
        except Exception as why:
            told += [str(why), repr(why), traceback.format_exc()]

    texts = [one for one in told if "canary-7" in one]
    assert 25 < len(told)
    assert [] == texts

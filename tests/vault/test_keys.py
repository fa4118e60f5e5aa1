"""The keys of the vault: where they come from, who may read them, how they change."""

from __future__ import annotations

import asyncio
import stat
from base64 import b64encode
from pathlib import Path

import pytest

from threadline.errors import Invalid, KeyMissing
from threadline.vault import KeyRing

ONE = b64encode(bytes(32)).decode()
TWO = b64encode(bytes(range(32))).decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.keys"


def test_the_first_key_of_the_setting_seals():
    ring = KeyRing.load(f"old:{ONE},new:{TWO}")

    assert ("old", bytes(32)) == (ring.primary.id, ring.primary.secret)


def test_every_key_of_the_setting_opens():
    ring = KeyRing.load(f" old:{ONE} ,\n new:{TWO},")

    assert bytes(range(32)) == ring.key("new").secret


def test_a_keyring_shows_ids_only():
    ring = KeyRing.load(f"old:{ONE},new:{TWO}")

    assert "KeyRing(old, new)" == repr(ring)
    assert "Key(id='old')" == repr(ring.primary)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "nothing",
        f":{ONE}",
        "a:not base64!",
        "a:c2hvcnQ=",
        f"a b:{ONE}",
        f"a:{ONE},a:{TWO}",
        f"{'a' * 33}:{ONE}",
    ],
)
def test_keys_that_cannot_be_used_are_refused_without_telling_them(text: str):
    with pytest.raises(Invalid) as refused:
        KeyRing.load(text)

    [problem] = refused.value.problems
    assert ("keys_malformed", "THREADLINE_VAULT_KEYS") == (problem.code, problem.path)
    assert ONE not in str(refused.value)


def test_a_keyring_is_made_at_the_first_start_and_found_at_the_next(path: Path):
    first = KeyRing.load(path)
    second = KeyRing.load(path)

    assert first.primary == second.primary
    assert 32 == len(first.primary.secret)


def test_the_key_file_is_its_owners_alone(path: Path):
    KeyRing.load(path)

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_no_half_written_key_file_is_left_beside(path: Path):
    KeyRing.load(path)
    KeyRing.add_key(path)

    assert ["vault.keys"] == [one.name for one in path.parent.iterdir()]


async def test_servers_that_start_together_make_one_key(path: Path):
    rings = await asyncio.gather(*[asyncio.to_thread(KeyRing.load, path) for _ in range(20)])

    assert 1 == len({ring.primary.secret for ring in rings})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_key_file_that_others_can_read_is_refused(path: Path, mode: int):
    KeyRing.load(path)
    path.chmod(mode)

    with pytest.raises(Invalid, match=f"chmod 600 {path}"):
        KeyRing.load(path)


def test_a_damaged_key_file_is_refused_and_not_replaced(path: Path):
    path.write_text("k1:oops")
    path.chmod(0o600)

    with pytest.raises(Invalid, match="Entry 1 is not a key"):
        KeyRing.load(path)
    assert "k1:oops" == path.read_text()


def test_a_new_key_becomes_the_primary_and_the_old_ones_stay(path: Path):
    old = KeyRing.load(path).primary
    id = KeyRing.add_key(path)
    ring = KeyRing.load(path)

    assert id == ring.primary.id
    assert old == ring.key(old.id)


async def test_keys_added_together_are_all_kept(path: Path):
    KeyRing.load(path)
    ids = await asyncio.gather(*[asyncio.to_thread(KeyRing.add_key, path) for _ in range(10)])
    ring = KeyRing.load(path)

    assert sorted(ids) == sorted(ring.key(id).id for id in ids)


def test_a_running_server_finds_a_key_that_was_added(path: Path):
    running = KeyRing.load(path)
    id = KeyRing.add_key(path)

    assert id == running.key(id).id


def test_a_running_server_seals_with_a_key_that_was_added(path: Path):
    running = KeyRing.load(path)
    id = KeyRing.add_key(path)
    running.refresh()

    assert id == running.primary.id


def test_a_running_server_seals_nothing_once_its_key_file_is_gone(path: Path):
    running = KeyRing.load(path)
    path.unlink()

    with pytest.raises(KeyMissing, match="Put the file back"):
        running.refresh()


def test_a_running_server_keeps_its_keys_when_the_file_is_spoiled(path: Path):
    running = KeyRing.load(path)
    path.write_text("spoiled")

    with pytest.raises(KeyMissing, match="'elsewhere' is not in"):
        running.key("elsewhere")
    assert running.primary == running.key(running.primary.id)


def test_a_key_that_is_missing_says_where_it_is_looked_for():
    ring = KeyRing.load(f"old:{ONE}")

    with pytest.raises(KeyMissing, match=r"'gone' is not in THREADLINE_VAULT_KEYS.*has old"):
        ring.key("gone")


def test_a_fingerprint_tells_equal_values_from_others():
    ring = KeyRing.load(f"old:{ONE}")
    mark = ring.fingerprint({"a": "1", "b": "2"})

    assert True is ring.same(mark, {"b": "2", "a": "1"})
    assert False is ring.same(mark, {"a": "1", "b": "3"})


def test_a_fingerprint_still_compares_after_a_new_key_came():
    mark = KeyRing.load(f"old:{ONE}").fingerprint("value")
    ring = KeyRing.load(f"new:{TWO},old:{ONE}")

    assert True is ring.same(mark, "value")
    assert mark.startswith("old:")
    assert ring.fingerprint("value").startswith("new:")


def test_a_fingerprint_of_a_lost_key_equals_nothing():
    mark = KeyRing.load(f"old:{ONE}").fingerprint("value")

    assert False is KeyRing.load(f"new:{TWO}").same(mark, "value")


def test_equal_values_of_different_secrets_have_different_fingerprints():
    ring = KeyRing.load(f"old:{ONE}")

    assert ring.fingerprint("value", "srn:a") != ring.fingerprint("value", "srn:b")

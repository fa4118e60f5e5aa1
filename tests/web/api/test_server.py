"""What only the owner of a server may ask of it."""

from __future__ import annotations

import contextlib
import sqlite3

from tests.web.api.conftest import Doors


async def test_a_sound_database_is_told_so(doors: Doors):
    await doors.texting.answered("one")
    found = (await doors.owner().get("/server/database")).json()

    assert "sqlite" == found["engine"]
    assert found["newest"] == found["step"] > 0
    assert [] == found["findings"]


async def test_a_running_server_tells_what_is_not_sound(doors: Doors):
    await doors.texting.answered("one")
    await doors.texting.sending()
    doors.clock.skip(12 * doors.app.settings.lease)
    file = doors.app.settings.data / "threadline.db"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE conversations SET waiting = 3")
    found = (await doors.owner().get("/server/database")).json()["findings"]

    assert ["waiting_miscounted", "attempt_forgotten"] == [one["code"] for one in found]
    assert all(one["mend"] for one in found)


async def test_the_keys_of_the_vault_are_rotated(doors: Doors):
    owner = doors.owner()
    first = (await owner.post("/server/vault/rotate")).json()
    again = await owner.post("/server/vault/rotate", params={"add_key": "false"})

    assert 2 == first["resealed"]
    assert first["added_key"] in (doors.app.settings.data / "vault.keys").read_text()
    assert {"added_key": None, "resealed": 0} == again.json()


async def test_no_key_opens_the_server_itself(doors: Doors):
    key = doors.key("admin")
    answers = [await key.get("/server/database"), await key.post("/server/vault/rotate")]

    assert [(403, "out_of_scope")] * 2 == [(o.status_code, o.json()["code"]) for o in answers]

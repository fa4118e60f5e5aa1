"""What was acknowledged is answered once and in order, whatever goes wrong meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

import pytest

from tests.chaos.database import Database
from tests.chaos.disasters import KILLS
from tests.chaos.report import Verdict
from tests.chaos.storm import Plan, rage

# `make chaos` sets the first, and the second repeats a run as far as it can be repeated.
IS_LONG = "CHAOS_KILLS" in os.environ
AT_LEAST = int(os.environ.get("CHAOS_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", SystemRandom().randrange(10_000)))

pytestmark = pytest.mark.timeout(240 + 30 * AT_LEAST)


@pytest.fixture
def database() -> Iterator[Database]:
    """
    It is going to be killed, so nobody else may need it. Its folder is none of pytest's,
    which other runs close for the user that PostgreSQL is started as.
    """
    with TemporaryDirectory() as folder:
        made = Database(Path(folder) / "postgres")
        yield made
        made.stop()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_nobody_misses_a_text_or_gets_one_twice_or_out_of_order_in_a_storm(
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    tmp_path: Path,
    engine: str,
):
    database = request.getfixturevalue("database") if engine == "postgres" else None
    nodes = 2 if IS_LONG and database else 1

    report = await rage(Plan(SEED, kills=AT_LEAST, nodes=nodes), tmp_path, database)
    record_property("chaos", str(report))

    assert Verdict() == report.verdict, report.differing
    assert AT_LEAST <= report.disasters[KILLS]

"""What every test of a channel may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from threadline.egress import Client, Egress


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    egress = Egress()
    yield egress.provider
    await egress.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A contract's test that takes a `situation` runs once for each row of `answers`."""
    if "situation" in metafunc.fixturenames:
        metafunc.parametrize("situation", list(metafunc.cls.answers))

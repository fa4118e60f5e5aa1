"""The carrier's page of the reference tells all that it does."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from threadline.carrier import Carrier, create
from threadline.carrier.faults import NAMES, WHERE
from threadline.carrier.magic import REFUSED_FROM, REFUSED_TO, SCRIPTS
from threadline.carrier.plan import OF_SERVICE, SETTABLE
from threadline.carrier.refusals import SENTENCES
from threadline.egress import Egress

PAGE = (Path(__file__).parents[2] / "docs/reference/carrier.md").read_text()


@pytest.mark.parametrize("name", [*NAMES, *WHERE, *SCRIPTS, *sorted(SETTABLE | OF_SERVICE)])
def test_what_can_be_asked_for_is_told(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("number", [*REFUSED_FROM, *REFUSED_TO])
def test_twilios_test_numbers_are_told(number: str) -> None:
    assert number in PAGE


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_is_told(code: int) -> None:
    assert str(code) in PAGE


@pytest.mark.parametrize("name", NAMES)
def test_the_details_of_every_fault_are_told(name: str) -> None:
    told = [f"`{one.name}`" in PAGE for one in fields(NAMES[name])]

    assert all(told)


async def test_every_address_is_told() -> None:
    egress = Egress()
    paths = {getattr(route, "path", "") for route in create(Carrier(egress)).routes}
    await egress.close()
    ours = {path.replace(":int", "") for path in paths if not path.startswith("/2010")}

    untold = [path for path in ours if f"{path}`" not in PAGE]

    assert [] == untold

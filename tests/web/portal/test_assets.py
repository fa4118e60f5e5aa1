"""What pages load from elsewhere is what the manifest says, with its licences."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = json.loads((ROOT / "assets/manifest.json").read_text())["files"]
LOCK = json.loads((ROOT / "assets/package-lock.json").read_text())["packages"]
AGAIN = "Run scripts/assets."


@pytest.mark.parametrize("file", FILES, ids=lambda one: Path(one["path"]).name)
def test_a_file_is_the_one_that_was_made(file: dict):
    assert file["sha256"] == sha256((ROOT / file["path"]).read_bytes()).hexdigest(), AGAIN


@pytest.mark.parametrize("file", FILES, ids=lambda one: Path(one["path"]).name)
def test_a_file_is_made_of_the_packages_that_are_locked(file: dict):
    locked = {name: LOCK[f"node_modules/{name}"]["version"] for name in file["packages"]}

    assert locked == file["packages"], AGAIN


def test_every_file_from_elsewhere_is_in_the_manifest():
    folders = {(ROOT / one["path"]).parent for one in FILES}
    there = {path for folder in folders for path in folder.iterdir()}

    assert {ROOT / one["path"] for one in FILES} == {
        path for path in there if path.name != "LICENSES.txt"
    }


@pytest.mark.parametrize("file", FILES, ids=lambda one: Path(one["path"]).name)
def test_the_licence_of_every_package_stands_beside_it(file: dict):
    told = (ROOT / file["path"]).with_name("LICENSES.txt").read_text()

    missing = [
        name
        for name, version in file["packages"].items()
        if f"\n{name} {version} (" not in told
    ]
    assert [] == missing, AGAIN


def test_nothing_says_where_packages_were_fetched():
    text = (ROOT / "assets/package-lock.json").read_text()

    assert "http" not in text.replace("https://github.com/", "").replace(
        "https://opencollective.com", ""
    )

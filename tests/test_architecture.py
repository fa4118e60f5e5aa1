"""The shape of the code, kept by tests rather than by memory."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "threadline"
MODULES = sorted(SRC.rglob("*.py"))

PROVIDER_KNOWN_IN = {
    "channels/__init__.py",  # CHANNELS names it
    "settings.py",  # where its API is
    "model/engagement",  # an endpoint may leave consent to it
    "carrier",  # simulates it
    "channels/twilio",  # its own folder
    "operations/carrier.py",  # asks the simulated one, as it would ask the other
    "operations/handsets.py",  # what goes wrong there on request
    "cli",  # the demo's sample, and help texts
    "web/api",  # examples
}


def name(module: Path) -> str:
    return str(module.relative_to(SRC))


@cache
def code(module: Path) -> str:
    """The module without its docstrings and comments."""
    return ast.unparse(_undocumented(ast.parse(module.read_text("utf-8"))))


def _undocumented(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body:
            node.body = [  # type: ignore[attr-defined]
                one
                for one in body
                if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
            ] or [ast.Pass()]
    return tree


def test_imports_only_point_down():
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == run.returncode, run.stdout + run.stderr


def test_a_provider_is_named_only_in_its_own_folder():
    loud = {
        name(one)
        for one in MODULES
        if "twilio" in code(one).lower()
        and not any(name(one).startswith(place) for place in PROVIDER_KNOWN_IN)
    }

    assert {"app.py"} == loud  # hands the setting with its API's address to the channels


def test_every_module_says_what_lives_there():
    silent = [
        name(one) for one in MODULES if not ast.get_docstring(ast.parse(one.read_text("utf-8")))
    ]

    assert [] == silent


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_no_module_outgrows_a_reader(module: Path):
    assert 300 >= len(module.read_text("utf-8").splitlines())


def test_only_egress_opens_http_clients_and_the_client_of_the_api():
    opening = re.compile(
        r"ClientSession\(|aiohttp|httpx|urlopen|HTTPConnection|\brequests\.get"
    )
    found = {name(one) for one in MODULES if opening.search(code(one))}
    theirs = {one for one in found if one.startswith("client/")}

    assert {"egress/client.py", "egress/gates.py"} >= found - theirs - {"cli/reach.py"}
    assert theirs


def test_only_settings_reads_the_environment():
    reading = re.compile(r"\benviron\b|\bgetenv\b")

    assert {"settings.py"} == {name(one) for one in MODULES if reading.search(code(one))}


def test_every_package_of_tests_mirrors_one_of_the_source():
    folders = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir()} - {"__pycache__"}
    packages = {p.name for p in SRC.iterdir() if p.is_dir()} | {"docs", "chaos", "browser"}

    assert set() == folders - packages

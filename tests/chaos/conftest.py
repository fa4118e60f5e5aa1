"""Sees to the last lines when only these tests are run; `make test` asks for them itself."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("tests.chaos.summary")

"""What every test may ask for; the fixtures themselves live by subject in tests/fixtures/."""

from __future__ import annotations

import os

import pytest

pytest_plugins = [
    "tests.fixtures.cases", "tests.fixtures.clocks", "tests.fixtures.databases", "tests.fixtures.houses",
    "tests.fixtures.languages", "tests.fixtures.provider",
    "tests.fixtures.staff",
]  # fmt: skip

USES_DATABASE = frozenset(["database_url", "empty_database_url", "house"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it can run again on PostgreSQL."""
    for item in items:
        if isinstance(item, pytest.Function) and USES_DATABASE & set(item.fixturenames):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("MYREVIEW_"):
            monkeypatch.delenv(name)

"""What every test may ask for; the fixtures themselves live by subject in tests/fixtures/."""

from __future__ import annotations

import os
from zlib import crc32

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # how long one example takes proves nothing
settings.load_profile("untimed")

pytest_plugins = [
    "tests.fixtures.cases", "tests.fixtures.clocks", "tests.fixtures.databases", "tests.fixtures.houses",
    "tests.fixtures.languages", "tests.fixtures.quick", "tests.fixtures.provider",
    "tests.fixtures.staff",
]  # fmt: skip

USES_DATABASE = frozenset(["database_url", "empty_database_url", "house"])
ABOUT_PAGES = frozenset(
    f"tests.web.test_{name}"
    for name in (
        "bytes", "easy_read", "field_errors", "information", "languages", "looks", "no_english", "reading", "told_truly"
    )
)  # fmt: skip
"""What these look at is how a page is written, which no database changes."""
PAGES_IN = 5
"""One in so many tests of pages runs on PostgreSQL each time, all of them with --all: the statements of pages are the
services', whose tests all run on both.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it can run again on PostgreSQL."""
    for item in items:
        if not isinstance(item, pytest.Function) or item.module.__name__ in ABOUT_PAGES:
            continue
        if USES_DATABASE & set(item.fixturenames):
            item.add_marker(pytest.mark.database)
            if item.module.__name__.startswith("tests.web.") and crc32(item.nodeid.encode()) % PAGES_IN:
                item.add_marker(pytest.mark.database_now_and_then)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("MYREVIEW_"):
            monkeypatch.delenv(name)

"""Fixtures of the tests in a real browser. Everything under this folder is marked `browser`."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium, live
from tests.browser.chromium import Watch
from tests.browser.live import Live

HERE = Path(__file__).parent
Opener = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with the made-up people, made once however many processes run tests."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "prepared" / "keys.json").exists():
            live.prepare(shared / "prepared")
    return shared / "prepared"


@pytest.fixture(scope="session")
def site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The running site that the tests of this process share: a test uses people of its own."""
    with live.serve(live.copy(prepared, tmp_path_factory.mktemp("live") / "instance")) as running:
        yield running


@pytest.fixture
def own_site(prepared: Path, tmp_path: Path) -> Iterator[Live]:
    """A running site for one test alone, which may change anything."""
    with live.serve(live.copy(prepared, tmp_path / "instance")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with chromium.started() as started:
        yield started


@pytest.fixture
def opened(browser: Browser, site: Live) -> Iterator[Opener]:
    """Opens further browsers, each as empty as a new phone; takes Playwright's options. All are watched."""
    contexts: list[tuple[BrowserContext, Watch]] = []

    def open_one(**options: object) -> BrowserContext:
        size = dict(zip(("width", "height"), chromium.PHONE, strict=True))
        context = browser.new_context(**{"viewport": size, "base_url": site.url, **options})  # type: ignore[arg-type]
        contexts.append((context, Watch(site.url).over(context)))
        return context

    yield open_one
    for context, watch in contexts:
        context.close()
        watch.check()


@pytest.fixture
def context(opened: Opener) -> BrowserContext:
    """One such browser."""
    return opened()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in it, on a phone's screen."""
    return context.new_page()

"""A real browser: the system's Chromium, driven by Playwright; nothing in it phones home."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request, sync_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # whatever it tries, no name is looked up
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PHONE = (360, 740)
DESK = (1180, 900)


def executable() -> str:
    """Where Chromium is. An assertion fails where there is none; bin/test says how to get it."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (found := shutil.which(name)):
            return found
    raise AssertionError("no Chromium here: bin/test installs it, or says how")


@contextlib.contextmanager
def started() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """Sees every request and every complaint of a browser context; `check` fails on what must not be."""

    home: str
    allowed: set[str] = field(default_factory=set)
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> Watch:
        """Watch this context from now on."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda problem: self.complaints.append(str(problem.error)))
        return self

    def allow(self, url: str, context: BrowserContext) -> None:
        """This page elsewhere may be opened (as Exit this page does); a blank one answers in its place."""
        self.allowed.add(url)
        context.route(url, lambda route: route.fulfill(body="<!doctype html><title>Elsewhere</title>"))

    def check(self) -> None:
        """Fails where a request left for another host, or the browser complained (a blocked script, say)."""
        assert not self.elsewhere, f"requests left for {self.elsewhere}"
        assert not self.complaints, f"the browser complained: {self.complaints}"

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("data", "about", "blob") or request.url in self.allowed:
            return
        if f"{parts.scheme}://{parts.netloc}" != self.home:
            self.elsewhere.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 429 on purpose is written there too; the test looks at those itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

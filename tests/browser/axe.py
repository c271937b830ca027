"""Accessibility rules that a machine can check: axe-core, run inside the page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})"


@cache
def _source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def axe(page: Page) -> None:
    """Fails with a list of what axe-core finds wrong on the page as it stands."""
    page.evaluate(_source())  # by the debugger's door, so that the content security policy stays as it is
    violations: list[dict[str, Any]] = page.evaluate(RUN, RULES)["violations"]
    assert not violations, f"{page.url}\n" + "\n".join(_told(violation) for violation in violations)


def _told(violation: dict[str, Any]) -> str:
    places = "\n".join(f"    {node['html']}\n      {node['failureSummary']}" for node in violation["nodes"])
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"


def fits_across(page: Page) -> None:
    """Fails where the page scrolls sideways (WCAG 1.4.10, at 320 CSS pixels, which is 400 % zoom of 1280)."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide where there is room for {room}"

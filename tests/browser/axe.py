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
    """Fails with a list of what axe-core finds wrong on the page as it stands.

    The window is made as tall as the page for it: what lies half under a bar that stays at the bottom is no small
    button (that the keyboard's place is never under it, `keyboard_goes_everywhere` sees).
    """
    before = page.viewport_size
    if before:
        page.set_viewport_size(
            {**before, "height": page.evaluate("document.documentElement.scrollHeight") + 200}
        )
    page.evaluate(_source())  # by the debugger's door, so that the content security policy stays as it is
    violations: list[dict[str, Any]] = page.evaluate(RUN, RULES)["violations"]
    if before:
        page.set_viewport_size(before)
    assert not violations, f"{page.url}\n" + "\n".join(_told(violation) for violation in violations)


def _told(violation: dict[str, Any]) -> str:
    places = "\n".join(f"    {node['html']}\n      {node['failureSummary']}" for node in violation["nodes"])
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"


def fits_across(page: Page) -> None:
    """Fails where the page scrolls sideways (WCAG 1.4.10, at 320 CSS pixels, which is 400 % zoom of 1280)."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide where there is room for {room}"


PLACE = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const r = e.getBoundingClientRect(), x = r.left + r.width / 2;
  const from = Math.max(r.top, 0), till = Math.min(r.bottom, innerHeight);
  const label = e.closest('label') || (e.labels && e.labels[0]);
  const seen = [from + 2, (from + till) / 2, till - 2].some(y => {
    const top = document.elementFromPoint(x, y);
    return !!top && (e.contains(top) || top.contains(e) || (!!label && label.contains(top)));
  });
  window.visited = window.visited || new Set();
  const parts = window.stood === e && ['date', 'time'].includes(e.type);  // a date has a stop for each of its parts
  const again = window.visited.has(e) && !parts;
  window.visited.add(e);
  window.stood = e;
  return {again, seen, what: e.outerHTML.slice(0, 120)};
}"""
LEFT_OUT = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0)
  .filter(e => !window.visited.has(e) && !(e.type === 'radio'
    && [...window.visited].some(v => v.type === 'radio' && v.name === e.name)))
  .map(e => e.outerHTML.slice(0, 120))"""
MOST_STOPS = 120


def keyboard_goes_everywhere(page: Page) -> None:
    """Tab through the page: everything that can be pressed is reached, and nothing hides where one is (WCAG 2.4.11).

    Of a page with more than 120 stops (a long list), the first 120 are gone through.
    """
    outside = 0
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        place = page.evaluate(PLACE)
        if place is None:  # past the last one the focus leaves the page once, and may begin at the top again
            outside += 1
        elif not place["again"]:
            assert place["seen"], f"{page.url}: something lies over {place['what']}"
        if outside == 2 or (place and place["again"]):
            missed = page.evaluate(LEFT_OUT)
            assert not missed, f"{page.url}: the Tab key never comes to {missed}"
            return

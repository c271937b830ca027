"""The browser's checks find what they are there to find; no site needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.axe import axe, fits_across, keyboard_goes_everywhere
from tests.browser.chromium import Watch

HOME = "http://127.0.0.1:9"
GOOD = """<!doctype html><html lang="en"><head><title>Hello</title></head>
<body><main><h1>Hello</h1>{}</main></body></html>"""


@pytest.fixture
def bare(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that gets its pages from the test."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context
    context.close()


def serve(context: BrowserContext, body: str, **headers: str) -> None:
    context.route(
        f"{HOME}/", lambda route: route.fulfill(body=body, content_type="text/html", headers=headers)
    )


def test_a_good_page_passes(bare: BrowserContext) -> None:
    serve(bare, GOOD.format("<p>There.</p>"))
    watch, page = Watch(HOME).over(bare), bare.new_page()
    page.goto(HOME)
    axe(page)
    fits_across(page)
    watch.check()


def test_a_picture_without_words_is_found(bare: BrowserContext) -> None:
    serve(bare, GOOD.format('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'))
    page = bare.new_page()
    page.goto(HOME)
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_a_page_that_is_too_wide_is_found(bare: BrowserContext) -> None:
    serve(bare, GOOD.format('<div style="width: 500px">wide</div>'))
    page = bare.new_page()
    page.goto(HOME)
    with pytest.raises(AssertionError, match="wide where there is room for 320"):
        fits_across(page)


def test_a_request_to_another_host_is_found(bare: BrowserContext) -> None:
    serve(bare, GOOD.format('<img alt="" src="https://elsewhere.example/spy.gif">'))
    watch, page = Watch(HOME).over(bare), bare.new_page()
    page.goto(HOME)
    with pytest.raises(AssertionError, match=r"elsewhere\.example"):
        watch.check()


def test_an_inline_script_that_the_policy_blocks_is_found(bare: BrowserContext) -> None:
    serve(bare, GOOD.format("<script>1</script>"), **{"content-security-policy": "default-src 'none'"})
    watch, page = Watch(HOME).over(bare), bare.new_page()
    page.goto(HOME)
    with pytest.raises(AssertionError, match="Content Security Policy"):
        watch.check()


def test_axe_runs_under_a_strict_policy(bare: BrowserContext) -> None:
    serve(bare, GOOD.format("<p>There.</p>"), **{"content-security-policy": "default-src 'none'"})
    watch, page = Watch(HOME).over(bare), bare.new_page()
    page.goto(HOME)
    axe(page)
    watch.check()


FORM = """<form><label>Name <input name="a"></label><label><input type="radio" name="b" value="1">One</label>
<label><input type="radio" name="b" value="2">Two</label><button>Go</button></form><a href="/x">There</a>"""


def test_a_page_that_the_keyboard_gets_through_passes(bare: BrowserContext) -> None:
    serve(bare, GOOD.format(FORM))
    page = bare.new_page()
    page.goto(HOME)
    keyboard_goes_everywhere(page)


@pytest.mark.parametrize(
    "before, after, told",
    [
        ("<button>", "<button onfocus=\"document.querySelector('input').focus()\">", "never comes to"),
        ("</form>", '</form><div style="position: fixed; inset: 0">Buy!</div>', "lies over"),
    ],
)
def test_a_trap_and_a_cover_are_found(bare: BrowserContext, before: str, after: str, told: str) -> None:
    serve(bare, GOOD.format(FORM.replace(before, after)))
    page = bare.new_page()
    page.goto(HOME)
    with pytest.raises(AssertionError, match=told):
        keyboard_goes_everywhere(page)

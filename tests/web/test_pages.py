"""The checks of pages find what they are there to find."""

from __future__ import annotations

import pytest
from flask import Flask, request
from werkzeug.datastructures import Headers

from tests.web.checks import header_problems, page_problems
from tests.web.dom import read
from tests.web.pages import Pages

GOOD = """<!doctype html>
<html lang="en" dir="ltr"><head><title>Who comes - your review</title>
<link rel="stylesheet" href="/static/a.css"></head>
<body><a href="#main">Skip</a><main id="main"><h1>Who comes?</h1>
<form method="post" action="/go" autocomplete="off"><input type="hidden" name="csrf_token" value="t">
<fieldset><legend>Your dad</legend>
<input type="radio" name="dad" id="y" value="yes" checked><label for="y">Yes</label>
<input type="radio" name="dad" id="n" value="no"><label for="n">No</label></fieldset>
<label for="why">Why</label><textarea id="why" name="why">
because</textarea>
<button name="then" value="next">Go on</button></form></main></body></html>"""

HEADERS = Headers(
    {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
)


def problems_of(html: str) -> list[str]:
    root, problems = read(html)
    return problems + page_problems(root)


def test_a_good_page_has_no_problems() -> None:
    assert problems_of(GOOD) == []


@pytest.mark.parametrize(
    "before, after",
    [
        ("<h1>Who comes?</h1>", "<h2>Who comes?</h2>"),
        ("<h1>Who comes?</h1>", "<h1>Who?</h1><h1>Comes?</h1>"),
        ("<h1>Who comes?</h1>", "<h1>Who comes?</h1><h3>Why</h3>"),
        ("<title>Who comes - your review</title>", "<title> </title>"),
        (' lang="en"', ""),
        (' dir="ltr"', ""),
        ('lang="en" dir="ltr"', 'lang="ur" dir="ltr"'),
        ('id="n"', 'id="y"'),
        ('<label for="why">Why</label>', ""),
        ('<label for="why">Why</label>', '<label for="wy">Why</label>'),
        ("<legend>Your dad</legend>", ""),
        ("<h1>", '<h1 style="color: red">'),
        ("<h1>", '<h1 onclick="go()">'),
        ("</main>", "<script>go()</script></main>"),
        ("</main>", "<style>h1 {}</style></main>"),
        ("</main>", '<script src="https://example.com/a.js"></script></main>'),
        ("</main>", '<img src="/static/a.svg"></main>'),
        ("</main>", "<svg></svg></main>"),
        ("</main>", '<a href="/there"></a></main>'),
        ("</main>", '<a href="#error">Say who</a></main>'),
        ("</main>", '<a href="JavaScript:go()">Go</a></main>'),
        ("</main>", "<div><span></div></main>"),
        ("</main>", "</section></main>"),
        ('<main id="main">', "<main>"),
        ('<a href="#main">Skip</a>', ""),
        ('<input type="hidden" name="csrf_token" value="t">', ""),
        (' autocomplete="off"', ""),
        ("<!doctype html>\n", ""),
    ],
)
def test_a_page_with_one_thing_wrong_is_found_out(before: str, after: str) -> None:
    assert before in GOOD
    assert problems_of(GOOD.replace(before, after)) != []


@pytest.mark.parametrize("name", list(HEADERS.keys()))
def test_a_personal_page_needs_each_header(name: str) -> None:
    headers = Headers([(key, value) for key, value in HEADERS if key != name])
    assert list(header_problems(HEADERS, personal=True)) == []
    assert list(header_problems(headers, personal=True)) != []


def test_a_policy_that_lets_inline_script_through_is_found_out() -> None:
    headers = Headers(HEADERS)
    headers["Content-Security-Policy"] = "default-src 'self'; script-src 'unsafe-inline'"
    assert list(header_problems(headers, personal=False)) != []


@pytest.fixture
def small_site() -> Flask:
    """Two pages: a good one with a form, and what it was sent."""
    site = Flask(__name__)
    site.after_request(lambda response: (response.headers.extend(HEADERS), response)[1])
    site.add_url_rule("/", "form", lambda: GOOD)
    site.add_url_rule("/bare", "bare", lambda: GOOD.replace(' lang="en"', ""))

    def went() -> str:
        words = ",".join(f"{key}={value}" for key, value in request.form.items(multi=True))
        return GOOD.replace("Who comes?</h1>", f"Sent</h1><p>{words}</p>")

    site.add_url_rule("/go", "go", went, methods=["POST"])
    return site


def test_pressing_a_button_sends_what_is_filled_in_and_what_is_answered(small_site: Flask) -> None:
    pages = Pages(small_site)
    sent = pages.press(pages.get("/"), "Go on", dad="no")
    assert sent.h1 == "Sent"
    assert "csrf_token=t,dad=no,why=because,then=next" in sent.text


def test_fetching_a_bad_page_fails(small_site: Flask) -> None:
    with pytest.raises(AssertionError, match="html has no lang"):
        Pages(small_site).get("/bare")


def test_an_answer_to_a_field_that_is_not_there_fails(small_site: Flask) -> None:
    pages = Pages(small_site)
    with pytest.raises(AssertionError, match="no field 'mum'"):
        pages.press(pages.get("/"), "Go on", mum="yes")


def test_a_page_that_breaks_fails_the_test_with_what_was_raised(small_site: Flask) -> None:
    small_site.register_error_handler(Exception, lambda error: (GOOD, 500))
    small_site.add_url_rule("/broken", "broken", lambda: str(1 // 0))
    with pytest.raises(AssertionError, match="answers 500") as told:
        Pages(small_site).get("/broken")
    assert isinstance(told.value.__cause__, ZeroDivisionError)
    assert Pages(small_site).get("/broken", may_fail=True).status == 500

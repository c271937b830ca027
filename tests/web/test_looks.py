"""How it looks: chosen without an account, kept in a cookie that says nothing else, and back to where one was."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from tests.fixtures.cases import Case, make_case
from tests.web.inside import enter, post
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.web import looks

SHEET = (ROOT / "static" / "app.css").read_text("utf-8")


def classes(page: Page) -> str:
    """The look that the page is in, as its style sheet knows it."""
    return page.root.first("html").attrs.get("class", "")


def test_a_look_is_chosen_without_an_account_and_kept(app: Flask, pages: Pages) -> None:
    page = pages.press(pages.get("/look"), "Use this look", words="easy", colours="dark", size="big")
    assert page.url == "/"
    assert classes(page) == "l-easy l-big l-dark"
    assert classes(pages.get("/help")) == "l-easy l-big l-dark"
    assert pages.client.get_cookie("look").value == "easy.big.dark"  # type: ignore[union-attr]


def test_one_press_on_the_first_page_chooses_and_one_more_takes_it_back(
    app: Flask, pages: Pages, case: Case
) -> None:
    page = pages.get(f"/o/{case.child.token}")
    page = pages.press(page, "Easy words")
    assert page.url == f"/o/{case.child.token}"
    page = pages.press(page, "Dark")
    assert classes(page) == "l-easy l-dark"
    assert classes(pages.press(page, "Easy words")) == "l-dark"


def test_choosing_returns_to_the_page_that_it_was_opened_from(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    here = "/b/my_review_my_choice/q/my_words?back=check"
    page = pages.get("/look", headers={"Referer": f"http://localhost{here}"})
    assert pages.press(page, "Use this look", colours="calm").url == here


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/", "//evil.example/help", "javascript:alert(1)", "/exit", "/look", "/static/app.css",
     "/b/my_review_my_choice/send", "/nothing", "", "\\\\evil.example", "http://[bad", "/b"],
)  # fmt: skip
def test_no_address_leads_anywhere_but_to_a_page_of_ours(app: Flask, pages: Pages, to: str) -> None:
    page = post(pages, "/look", {"to": to, "size": "big"}, follow=False)
    assert page.headers["Location"] == "/"


def test_where_no_page_is_known_one_goes_back_to_ones_own_booklet(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = post(pages, "/look", {"to": "https://evil.example/", "size": "big"}, follow=False)
    assert page.headers["Location"] == "/b/"
    assert "HttpOnly" in page.headers["Set-Cookie"]
    assert "SameSite=Lax" in page.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "cookie",
    ["nonsense", "easy.easy.<b>", "dark.calm.light", "." * 4000, "standard", "l-easy", "\x01easy", "ea%73y"],
)
def test_a_cookie_that_says_nonsense_is_read_for_what_we_know(app: Flask, pages: Pages, cookie: str) -> None:
    pages.client.set_cookie("look", cookie)
    found = classes(pages.get("/help"))
    assert found in ("", "l-easy", "l-light")


def test_a_value_that_nobody_offers_changes_nothing(app: Flask, pages: Pages) -> None:
    post(pages, "/look", {"words": "easy"})
    page = post(pages, "/look", {"words": "shouting", "size": "", "colours": "dark"})
    assert classes(page) == "l-easy l-dark"


def test_every_look_reads_back_from_its_own_cookie() -> None:
    for values in product(*looks.KINDS.values()):
        look = looks.Look(*values)
        assert looks.read(".".join(look.chosen)) == look


def test_the_style_sheet_knows_every_value_that_looks_different() -> None:
    values = {value for kind in looks.KINDS.values() for value in kind[1:]} - {"two"}
    assert {value for value in values if f".l-{value}" not in SHEET} == set()


def test_the_letters_are_fetched_by_who_chose_them_and_by_nobody_else(app: Flask, pages: Pages) -> None:
    def sheets(page: Page) -> str:
        return " ".join(e.attrs["href"] for e in page.root.all("link"))

    assert "letters.css" not in sheets(pages.get("/help"))
    post(pages, "/look", {"letters": "clear"})
    assert "letters.css" in sheets(pages.get("/help"))
    for name in re.findall(r"url\((fonts/[^?)]+)", (ROOT / "static" / "letters.css").read_text("utf-8")):
        answer = pages.client.get(f"/static/{name}?v=1")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        answer.close()


# Contrast: every pair of colours that stands together, computed as WCAG 2.2 defines it.
TEXT = [("ink", "paper"), ("ink", "card"), ("ink", "tint"), ("ink", "sky"), ("ink", "care-tint"), ("soft", "paper"),
        ("soft", "card"), ("soft", "tint"), ("soft", "sky"), ("on-go", "go"), ("paper", "ink"), ("on-sun", "sun"),
        ("care", "paper"), ("care", "card"), ("care", "care-tint"), ("go", "paper")]  # fmt: skip
SHAPES = [
    ("edge", "card"),
    ("edge", "paper"),
    ("go", "card"),
    ("go", "tint"),
    ("sun-edge", "sun"),
]


def schemes() -> dict[str, dict[str, str]]:
    """The colours of each scheme by name."""

    def tokens(block: str) -> dict[str, str]:
        return dict(re.findall(r"--([a-z-]+):(#[0-9a-f]+)", block))

    usual = tokens(re.search(r":root,\.l-light\{([^}]+)\}", SHEET)[1])  # type: ignore[index]
    found = {"light": usual}
    for name, start in (("device dark", ":not(.l-calm){"), ("dark", ".l-dark{"), ("calm", ".l-calm{")):
        found[name] = usual | tokens(SHEET.split(start, 1)[1].split("}", 1)[0])
    return found


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_computed_right() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "device dark", "dark", "calm"])
def test_words_and_shapes_stand_out_in_every_scheme(scheme: str) -> None:
    colours = schemes()[scheme]
    weak = {(a, b, round(contrast(colours[a], colours[b]), 2)) for a, b in TEXT
            if contrast(colours[a], colours[b]) < 4.5}  # fmt: skip
    weak |= {(a, b, round(contrast(colours[a], colours[b]), 2)) for a, b in SHAPES
             if contrast(colours[a], colours[b]) < 3}  # fmt: skip
    assert weak == set()


def test_dark_is_the_same_whether_the_device_or_the_person_asked() -> None:
    assert schemes()["device dark"] == schemes()["dark"]


def test_the_style_sheet_is_small() -> None:
    import brotli

    assert len(brotli.compress(SHEET.encode(), quality=5)) <= 4_000
    assert len(brotli.compress((ROOT / "static" / "app.js").read_bytes(), quality=5)) <= 2_000


@pytest.mark.parametrize("look", ["", "easy.big", "dark.clear.two"])
def test_the_style_guide_shows_every_kind_of_question_in_any_look(
    app: Flask, pages: Pages, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    home = app.extensions["house"]
    monkeypatch.setitem(
        app.extensions,
        "house",
        replace(home, settings=home.settings.model_copy(update={"mode": "demo"})),
    )
    page = pages.get(f"/styleguide?look={look}")
    kinds = {form.attrs["aria-label"] for form in page.root.all("form", class_="example")}
    assert kinds >= {
        "yes_no",
        "choose_one",
        "choose_many",
        "faces",
        "words",
        "people",
        "place",
        "times",
        "grid",
    }
    assert classes(page) == " ".join(f"l-{value}" for value in look.split(".") if value)


def test_the_style_guide_is_for_the_demonstration(app: Flask, pages: Pages) -> None:
    assert pages.get("/styleguide").status == 404


def test_a_child_who_needs_easy_words_starts_in_them_and_may_choose_others(
    app: Flask, pages: Pages, house: House, tmp_path: Path
) -> None:
    case = make_case(house, tmp_path, {"child": {"format": "easy_read"}})
    page = pages.press(pages.get(f"/o/{case.child.token}"), "Open it")
    assert classes(page) == "l-easy"
    page = pages.press(pages.get("/look"), "Use this look", words="standard")
    assert classes(page) == ""
    assert classes(pages.get("/help")) == ""
    assert classes(pages.press(Pages(app).get(f"/o/{case.parent.token}"), "Open it")) == ""


def test_what_this_browser_chose_before_counts_more_than_what_the_case_system_says(
    pages: Pages, house: House, tmp_path: Path
) -> None:
    case = make_case(house, tmp_path, {"child": {"format": "large_print"}})
    pages.client.set_cookie("look", "dark")
    assert classes(pages.press(pages.get(f"/o/{case.child.token}"), "Open it")) == "l-dark"

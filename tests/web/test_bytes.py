"""Bytes over the wire, headers and redirects too: a first visit in 14,000, each later page in 4,000."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.fixtures.cases import Case, Invited, make_case
from tests.review.incoming_rows import ROW
from tests.web.inside import enter
from tests.web.pages import Pages
from tests.web.wire import Wire, loads, served, tree
from webapp.house import House
from webapp.store import Consultation

FIRST, LATER = 14_000, 4_000
FACTS = {"child": {"day": "4", "month": "5"}, "parent": {"fact": "SX2 3BB"}, "carer": {"fact": "harbour"}}
WORDS = "I would like to come in by myself and sit near the door."
"""As much as most people write in one box."""


@pytest.fixture
def big(house: House, tmp_path: Path) -> Case:
    """A case with six people on the child's list, each with a few words about who they are."""
    people = copy.deepcopy(ROW["people"])
    for n, (role, relation) in enumerate(
        [("grandparent", "Your nan, who lives in Fleetwood"), ("teacher", "Your form tutor at school"),
         ("advocate", "Your advocate from Speak Up")]
    ):  # fmt: skip
        people.append({**people[2], "id": f"P-9{n}", "role": role, "relation": relation,
                       "name": f"Person Number{n} Longname", "must_attend": False})  # fmt: skip
    return make_case(house, tmp_path, {"people": people})


def road(wire: Wire, invited: Invited, who: str, say: Callable[[], str] = lambda: WORDS) -> dict[str, int]:
    """From the link to the own copy, pressing what people press; bytes of each step, by the page it ends in."""
    seen: dict[str, int] = {}
    total, page = wire.visit("GET", f"/o/{invited.token}")
    seen["first visit"] = total
    steps: list[tuple[str, dict[str, object]]] = [
        ("Open it", {}), ("Go on", dict(FACTS[who])), ("OK, go on", {}),
        ("These three", {"picture": ["sun", "kite", "fish"]}) if who == "child"
        else ("Use this number", {"pin": "4821"}),
    ]  # fmt: skip
    for words, answers in steps:
        total, page = wire.press(page, words, **answers)
        seen[f"{len(seen)} {page.url}"] = total
    if page.url.startswith("/b/?"):  # several booklets: on to the first of them
        onward = next(a for a in tree(page).first("main").all("a") if a.text.startswith("Start"))
        total, page = wire.visit("GET", onward.attrs["href"])
        seen[page.url] = total
    while "/check" not in page.url:
        if any("Save and go on" in b.text for b in tree(page).all("button")):
            form = tree(page).first("form", id="f")
            typed = {e.attrs["name"]: say() for e in form.all("textarea")[:3]}
            total, page = wire.press(page, "Save and go on", **typed)
        else:
            onward = next(a for a in tree(page).all("a") if a.text == "Go on")
            total, page = wire.visit("GET", onward.attrs["href"])
        seen[page.url] = total
    total, page = wire.press(page, "Send it")
    seen[page.url] = total
    return seen


@pytest.mark.parametrize("who", ["child", "parent", "carer"])
def test_every_step_from_the_link_to_sent_is_light(app: Flask, house: House, big: Case, who: str) -> None:
    with served(app) as url:
        seen = road(Wire(url), getattr(big, who), who)
    print(who, sorted(((n, what) for what, n in seen.items()), reverse=True)[:4])
    assert len(seen) > 20
    assert seen.pop("first visit") <= FIRST
    assert {what: n for what, n in seen.items() if n > LATER} == {}


@pytest.mark.parametrize("who", ["child", "parent", "carer"])
def test_every_page_with_what_was_said_in_it_is_light(app: Flask, house: House, big: Case, who: str) -> None:
    with served(app) as url:
        wire = Wire(url)
        road(wire, getattr(big, who), who)
        booklet = house.booklets["my_review_my_choice" if who == "child" else who]
        addresses = [f"/b/{booklet.id}/q/{q.id}" for q in booklet.questions]
        others = [
            "/b/",
            f"/b/{booklet.id}/",
            f"/b/{booklet.id}/check",
            f"/b/{booklet.id}/copy",
            f"/b/{booklet.id}/sent",
            "/not-safe",
            "/help",
            "/who-sees",
            "/",
            "/code",
            "/nothing",
        ]
        weighed = {address: wire.visit("GET", address)[0] for address in [*addresses, *others]}
    print(who, sorted(((n, what) for what, n in weighed.items()), reverse=True)[:4])
    assert {what: n for what, n in weighed.items() if n > LATER} == {}


@pytest.mark.parametrize("who", ["child", "parent", "carer"])
def test_whoever_says_something_else_in_every_box_checks_it_in_light_parts(
    app: Flask, house: House, big: Case, who: str
) -> None:
    booklet = house.booklets["my_review_my_choice" if who == "child" else who]
    pot = sorted(
        {word for q in booklet.questions for word in f"{q.text} {q.hint or ''} {q.more or ''}".split()}
    )
    chance = random.Random(7)
    with served(app) as url:
        wire = Wire(url)
        road(wire, getattr(big, who), who, lambda: " ".join(chance.sample(pot, 14)))
        weighed, asked, address = {}, [], f"/b/{booklet.id}/check"
        while address:
            weighed[address], page = wire.visit("GET", address)
            asked += [dt.attrs["id"] for dt in tree(page).all("dt")]
            address = next((a.attrs["href"] for a in tree(page).all("a") if "next part" in a.text), "")
    assert {what: n for what, n in weighed.items() if n > LATER} == {}
    assert len(asked) == len(set(asked)) > 10
    assert (len(weighed) > 1) == (who != "child")


@pytest.mark.parametrize("accepts", ["gzip", "gzip, deflate", "gzip, deflate, br, zstd"])
def test_a_first_visit_is_light_for_old_browsers_too(
    app: Flask, house: House, case: Case, accepts: str
) -> None:
    with served(app) as url:
        total, page = Wire(url, accepts).visit("GET", f"/o/{case.child.token}")
        parts = {address: Wire(url, accepts).send("GET", address) for address in loads(page)}
    assert total <= FIRST
    assert len(parts) >= 3
    for address, part in parts.items():
        packed = part.headers.get("content-encoding")
        assert packed or len(part.body) < 400, f"{address} is not packed"
        assert "immutable" in part.headers["cache-control"], f"{address} would be fetched again"


def test_what_was_fetched_once_is_kept_by_its_content(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    for question in house.booklets["my_review_my_choice"].questions:
        for e in pages.get(f"/b/my_review_my_choice/q/{question.id}").root.all("img", "script", "link"):
            address = e.attrs.get("src") or e.attrs.get("href") or ""
            assert "?v=" in address, (question.id, address)


@pytest.mark.parametrize(
    ("booklet_id", "look"),
    [("my_review_my_choice", "easy.big.dark"), ("my_life", "easy.calm"), ("my_life", "clear.two")],
)
def test_every_question_is_light_in_every_look(
    app: Flask, house: House, big: Case, booklet_id: str, look: str
) -> None:
    with house.db.writing() as s:
        s.get_one(Consultation, big.child.consultation_id).booklets = booklet_id
    with served(app) as url:
        wire = Wire(url)
        wire.cookies["look"] = look
        road(wire, big.child, "child")
        pages = [wire.visit("GET", f"/b/{booklet_id}/q/{q.id}") for q in house.booklets[booklet_id].questions]
    weighed = {page.url: total for total, page in pages if "/q/" in page.url}
    print(look, len(weighed), sorted(((n, what) for what, n in weighed.items()), reverse=True)[:4])
    assert len(weighed) >= 12
    assert {what: n for what, n in weighed.items() if n > LATER} == {}


@pytest.mark.parametrize("language", ["cy", "ar", "ur"])
def test_every_question_is_light_in_every_language(
    app: Flask, house: House, big: Case, pages: Pages, compiled_catalogues: None, language: str
) -> None:
    app.config["LANGUAGES"] = ("en", "cy", "ar", "ur")
    with house.db.writing() as s:
        s.get_one(Consultation, big.child.consultation_id).booklets = "my_review_my_choice my_life"
    enter(pages, house, big.child)
    with pages.client.session_transaction() as session:
        session["language"] = language
    cookie = pages.client.get_cookie("s")
    assert cookie is not None
    with served(app) as url:
        wire = Wire(url)
        wire.cookies["s"] = cookie.value
        wire.visit("GET", "/help")
        asked = [f"my_review_my_choice/q/{q.id}" for q in house.booklets["my_review_my_choice"].questions]
        life = [f"my_life/q/{q.id}" for q in house.booklets["my_life"].questions]
        shown = [wire.visit("GET", f"/b/{one}") for one in [*asked, *life[1::5], "my_life/q/talking_ways"]]
    weighed = {page.url: total for total, page in shown if "/q/" in page.url}
    print(language, sorted(((n, what) for what, n in weighed.items()), reverse=True)[:4])
    assert len(weighed) >= 20
    assert {what: n for what, n in weighed.items() if n > LATER} == {}

"""A forged form changes nothing at any address that changes anything (A9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.fixtures.cases import Case
from tests.web.inside import enter, everything, post, said
from tests.web.pages import Pages
from webapp.house import House

FORGED = {
    "words": "forged", "v": "all", "do": "save", "see": "review", "pin": "9988", "day": "4", "month": "5",
    "language": "ur", "mistake": "1", "picture": "sun", "code": "BBBBB22222", "username": "nadia", "password": "x",
}  # fmt: skip
SIGNED = ("api.", "hooks.")
"""What no browser calls: each call carries a signature of its own, and no cookie counts there."""

CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def addresses(app: Flask, case: Case) -> Iterator[tuple[str, str, str]]:
    """Every route that takes a method that may change something, with names filled in."""
    known = {
        "token": case.child.token,
        "question_id": "anything",
        "consultation_id": case.child.consultation_id,
        "which": 0,
        "way": "sms",
    }
    for rule in app.url_map.iter_rules():
        for method in sorted(set(CHANGING) & (rule.methods or set())):
            names: dict[str, Any] = {name: known.get(name, "0" * 32) for name in rule.arguments}
            with app.test_request_context():
                yield rule.endpoint, method, app.url_for(rule.endpoint, **names)


def test_there_are_routes_to_try(app: Flask, case: Case) -> None:
    found = {endpoint for endpoint, _, _ in addresses(app, case)}
    wanted = {"respond.open_link", "respond.question", "respond.send", "public.not_safe", "staff.try_sign_in"}
    assert wanted <= found


@pytest.mark.parametrize("stage", ["", "opened", "known", "own"])
@pytest.mark.parametrize("wrong", ["none", "another's", "nonsense"])
def test_without_a_good_token_nothing_is_stored_anywhere(
    app: Flask, pages: Pages, house: House, case: Case, stage: str, wrong: str
) -> None:
    if stage:
        enter(pages, house, case.child, stage)
    else:
        pages.get("/")
    other = Pages(app).get("/code").root.first("input", name="csrf_token").attrs["value"]
    given = {"none": {}, "another's": {"csrf_token": other}, "nonsense": {"csrf_token": "x.y.z"}}[wrong]
    before = everything(house)
    for endpoint, method, address in addresses(app, case):
        answered = pages.client.open(
            address, method=method, data={**FORGED, **given},
            headers={"Origin": "https://evil.example", "Referer": "https://evil.example/"},
        )  # fmt: skip
        wanted = (401, 403) if endpoint.startswith(SIGNED) else (303, 400, 404)
        assert answered.status_code in wanted, endpoint
        assert "forged" not in answered.get_data(as_text=True), endpoint
        now = everything(house)
        counted = [row for row in now["attempt"] if not str(row[0]).startswith("api_address/")]
        assert now | {"attempt": counted} == before, endpoint


def test_after_a_forged_form_the_person_goes_on(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    page = pages.post("/b/my_review_my_choice/q/anything", {"words": "forged"})
    assert (page.status, page.h1) == (400, "Please press once more")
    assert said(house, case.child) == {}
    post(pages, "/b/my_review_my_choice/q/anything", {"words": "mine"})
    assert said(house, case.child)["anything"].answer.words == "mine"


def test_the_cookie_is_not_sent_along_from_other_sites_and_no_script_reads_it(pages: Pages) -> None:
    (cookie,) = pages.get("/code").headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie


@pytest.mark.parametrize(
    "address",
    ["/", "/code", "/b/my_review_my_choice/q/anything", "/not-safe", "/b/my_review_my_choice/check"],
)
def test_no_other_site_may_frame_a_page_or_take_its_forms(
    pages: Pages, house: House, case: Case, address: str
) -> None:
    enter(pages, house, case.child)
    policy = pages.get(address).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "base-uri 'none'" in policy

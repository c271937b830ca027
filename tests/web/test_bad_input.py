"""Bodies too big, bytes that are no text, addresses that are no pages: refused or cleaned, and never a 500."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.web.inside import MENU, answer, enter, everything, post, said, sent, token
from tests.web.naughty import BAD_BYTES, LINES
from tests.web.pages import Pages
from webapp.house import House
from webapp.store import AnswerHistory
from webapp.web.security import BODY_AT_MOST

FORM = "application/x-www-form-urlencoded"
QUICK = 2.0
"""Seconds; a busy machine is allowed for. What is meant to be caught takes minutes."""


@pytest.fixture
def inside(pages: Pages, house: House, case: Case) -> Pages:
    """A child in their booklet."""
    enter(pages, house, case.child)
    return pages


def raw(pages: Pages, address: str, body: bytes, **options: object) -> int:
    """Sends these very bytes as a form, with a good token in front."""
    start = b"csrf_token=" + token(pages).encode() + b"&"
    answered = pages.client.post(address, data=start + body, content_type=FORM, **options)
    return answered.status_code


def test_a_body_over_64_kb_gets_a_kind_page_quickly_and_changes_nothing(
    inside: Pages, house: House, case: Case
) -> None:
    before = everything(house)
    began = time.perf_counter()
    page = inside.post("/b/my_review_my_choice/q/anything", {"words": "x" * BODY_AT_MOST})
    assert time.perf_counter() - began < QUICK
    assert page.status == 413
    assert "too long" in page.h1
    assert "5,000" in page.text
    assert everything(house) == before


@pytest.mark.parametrize(
    "address", ["/code", "/know", "/secret", "/not-safe", "/language", "/b/my_review_my_choice/send"]
)
def test_a_huge_body_is_refused_at_every_form(inside: Pages, address: str) -> None:
    assert inside.post(address, {"code": "x" * (BODY_AT_MOST + 1)}).status == 413


def test_a_body_without_a_length_is_refused_at_the_same_size(inside: Pages, house: House) -> None:
    before = everything(house)
    endless = {"wsgi.input": _Endless(), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answered = inside.client.post(
        "/b/my_review_my_choice/q/anything", content_type=FORM, environ_overrides=endless
    )
    assert answered.status_code == 413
    assert everything(house) == before


class _Endless:
    """A body that never ends; counts what was read of it."""

    total = 0

    def read(self, size: int = -1) -> bytes:
        assert 0 <= size <= 1_000_000, "read without a limit"
        self.total += size
        assert self.total < 4 * BODY_AT_MOST, "read far beyond the limit"
        return b"a" * size


def test_ten_thousand_fields_are_read_quickly_and_only_ours_count(
    inside: Pages, house: House, case: Case
) -> None:
    many = (
        b"&".join(b"f%d=1" % n for n in range(6000)) + b"&" + b"v=all&" * 1000 + b"&" * 3000 + b"words=kept"
    )
    began = time.perf_counter()
    assert raw(inside, "/b/my_review_my_choice/q/attend", many) == 303
    assert time.perf_counter() - began < QUICK
    assert said(house, case.child)["attend"].answer.words == "kept"


def test_a_multipart_form_with_thousands_of_parts_is_refused(inside: Pages, house: House) -> None:
    part = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
    answered = inside.client.post(
        "/b/my_review_my_choice/q/attend",
        data=part * 1200 + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert answered.status_code in (400, 413)


def test_an_answer_over_the_limit_comes_back_whole_and_is_not_saved(
    inside: Pages, house: House, case: Case
) -> None:
    long = "word " * 10_000
    page = answer(inside, "anything", words=long.strip())
    assert page.status == 422
    assert "5,000" in page.errors[0]
    assert page.root.first("textarea", id="words").text == long.strip()
    assert said(house, case.child) == {}
    saved = inside.press(page, "Save and go on", words="shorter", follow=False)
    assert saved.status == 303
    assert said(house, case.child)["anything"].answer.words == "shorter"


@pytest.mark.parametrize("letter", ["x", "é", "ہ", "我", "👍🏽", "🇬🇧"])
def test_five_thousand_letters_fit_in_any_script_as_people_count_them(
    inside: Pages, house: House, case: Case, letter: str
) -> None:
    most = 5000 if len(letter.encode()) < 5 else 2500
    assert answer(inside, "anything", words=letter * most).status == 303
    assert said(house, case.child)["anything"].answer.words == letter * most


def test_one_letter_more_than_the_limit_is_asked_about(inside: Pages) -> None:
    assert answer(inside, "anything", words="x" * 5001).status == 422


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇬🇧🇮🇪", "👍🏽", "1️⃣", "☹️", "e\u0301"])
def test_joined_emoji_are_kept_whole(inside: Pages, house: House, case: Case, text: str) -> None:
    answer(inside, "anything", words=text * 40)
    assert said(house, case.child)["anything"].answer.words == text * 40
    assert text * 40 in inside.get("/b/my_review_my_choice/check").body


@pytest.mark.parametrize("field", [b"words", b"v", b"see", b"do", b"back"])
def test_bytes_that_are_no_text_are_cleaned_or_refused(
    inside: Pages, house: House, case: Case, field: bytes
) -> None:
    for body in BAD_BYTES:
        assert raw(inside, "/b/my_review_my_choice/q/attend", field + b"=" + body + b"&words=after") in (
            303,
            422,
            400,
        )
        for kept in said(house, case.child).values():
            kept.answer.words.encode()
            assert "\0" not in kept.answer.words
        assert inside.get("/b/my_review_my_choice/check").status == 200
    answer(inside, "attend", words="good words")
    post(inside, "/b/my_review_my_choice/send")
    assert sent(house, case.child)


def test_bytes_that_are_no_text_open_no_door(pages: Pages, house: House, case: Case) -> None:
    for stage, address, field in (
        ("opened", "/know", b"day"), ("opened", "/code", b"code"), ("known", "/secret", b"pin"),
        ("known", "/secret?kind=pictures", b"picture"), ("known", "/language", b"language"),
    ):  # fmt: skip
        enter(pages, house, case.child, stage)
        for body in BAD_BYTES:
            assert raw(pages, address, field + b"=" + body) in (200, 400, 422, 429)


def test_a_byte_order_mark_and_a_nul_do_not_reach_a_stored_answer_s_ends(
    inside: Pages, house: House, case: Case
) -> None:
    assert raw(inside, "/b/my_review_my_choice/q/anything", b"words=%00one%00two") == 303
    assert said(house, case.child)["anything"].answer.words == "onetwo"


@pytest.mark.parametrize(
    "value",
    ["nothing", "ALL", "all ", "1e400", "9" * 4000, "[]", '{"$gt": ""}', "all' OR '1'='1", "\u202eall"],
)
def test_a_choice_that_is_not_offered_is_refused_with_the_words_kept(
    inside: Pages, house: House, case: Case, value: str
) -> None:
    page = post(inside, "/b/my_review_my_choice/q/attend", {"v": value, "words": "typed <b>words</b>"})
    assert page.status == 422
    assert page.root.first("textarea", id="words").text == "typed <b>words</b>"
    assert said(house, case.child) == {}


def test_choices_of_every_structured_kind_are_checked(inside: Pages, house: House, case: Case) -> None:
    for question, field in (("where", "o-nowhere"), ("when", "o-2027-02-30"), ("not_in_front", "g-nothing")):
        post(inside, f"/b/my_review_my_choice/q/{question}", {field: "bad"})
    post(inside, "/b/my_review_my_choice/q/not_in_front", {"g-family": "strange"})
    post(inside, "/b/my_review_my_choice/q/who", {"p-" + "0" * 32 + "-come": "no"})
    kept = said(house, case.child)
    assert all(one.answer.skipped for one in kept.values())


@pytest.mark.parametrize("who", ["a0-come", "p-come", "see", "back", "do"])
def test_forged_fields_do_not_break_the_page_of_people(
    inside: Pages, house: House, case: Case, who: str
) -> None:
    page = post(
        inside,
        "/b/my_review_my_choice/q/who",
        {who: "x" * 3000, "a0-name": "Zoë", "a0-why": "she is my friend"},
    )
    assert page.status in (200, 422)


def test_more_people_than_fit_are_asked_about_and_none_is_lost(
    inside: Pages, house: House, case: Case
) -> None:
    people = {f"a{n}-name": f"Friend number {n}" for n in range(13)}
    page = post(inside, "/b/my_review_my_choice/q/who", people)
    assert page.status == 422
    assert [page.root.first("input", name=name).attrs["value"] for name in people] == list(people.values())
    page = post(inside, "/b/my_review_my_choice/q/who", dict(list(people.items())[:12]))
    added = said(house, case.child)["who"].answer.value["added"]
    assert [row["name"] for row in added] == list(people.values())[:12]


ADDRESSES = [
    f"{MENU}/q/" + "9" * 5000, f"{MENU}/q/%00", f"{MENU}/q/%FF%FE", f"{MENU}/q/..%2F..%2Fetc",
    f"{MENU}/q/who'--", f"{MENU}/q/%F0%9F%91%8D", "/b/%00/", "/b/%00/q/who", "/b/nothing/", "/b/parent/check",
    "/o/" + "x" * 5000, "/o/%00", "/o/%ED%A0%80", "/o/%FF", "/o/..", "/static/../config.py", "/static/%2e%2e/config.py",
    "/static/%00", "/static/" + "x" * 3000, "/schemas/..%2f..%2fconfig.json", "/schemas/%00.json",
    f"{MENU}/q/",
    f"{MENU}/q/1/2/3", "//evil.example/b/", "/%5Cevil.example", "/demo", "/demo/people", "/console",
    "/.git/config",
    f"{MENU}/q/attend?back=" + "x" * 4000, f"{MENU}/q/attend?back=%FF%00",
    "/secret?kind=%00", "/not-safe?at=%FF&told=%00",
    "/staff/reviews/" + "9" * 400, "/together/%00",
]  # fmt: skip


@pytest.mark.parametrize("stage", ["", "known", "own"])
def test_a_strange_address_is_never_a_500(pages: Pages, house: House, case: Case, stage: str) -> None:
    if stage:
        enter(pages, house, case.child, stage)
    for address in ADDRESSES:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            answered = pages.client.open(address, method=method)
            assert answered.status_code < 500, (method, address)
            assert "//evil.example" not in answered.headers.get("Location", "").removeprefix(
                "http://localhost"
            )


@pytest.mark.parametrize(
    "cookie", ["s=x", "s=" + "x" * 5000, "s=\xff", "s=eyJ2IjoxfQ.a.b", "language=%00", "language=../ur"]
)
def test_a_broken_cookie_is_nobody(pages: Pages, cookie: str) -> None:
    for address in ("/", "/b/", "/know", "/not-safe", "/exit"):
        answered = pages.client.get(address, headers={"Cookie": cookie})
        assert answered.status_code in (200, 303)


@pytest.mark.parametrize("letter", ["a", " ", "\n", "-", "(", "\\", "0", "\u0301", "👍"])
def test_a_long_run_of_one_letter_is_read_quickly_everywhere(
    pages: Pages, house: House, case: Case, letter: str
) -> None:
    run = letter * 1600
    for stage, address, field in (
        ("own", f"{MENU}/q/anything", "words"), ("own", f"{MENU}/q/who", "a0-name"), ("opened", "/know", "day"),
        ("opened", "/code", "code"), ("known", "/secret?kind=pin", "pin"), ("known", "/secret", "picture"),
    ):  # fmt: skip
        enter(pages, house, case.child, stage)
        good = token(pages)
        began = time.perf_counter()
        page = pages.post(address, {"csrf_token": good, field: run})
        assert time.perf_counter() - began < QUICK
        assert page.status in (200, 422, 429)


def test_template_marks_and_html_are_literal_on_the_page(inside: Pages, house: House, case: Case) -> None:
    for line in LINES:
        answer(inside, "anything", words=line)
        texts = {str(c) for e in inside.get("/b/my_review_my_choice/check").root.walk() for c in e.children}
        assert line in texts
    with house.db.reading() as s:
        assert len(s.scalars(select(AnswerHistory.id)).all()) == len(LINES)

"""A guest's own page: nothing before a press and the one thing they know, and never more than a first name."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.fixtures.deciding import a_person, ask, ref
from tests.fixtures.guests import AT, Post, bars, invite, ready, settle, states, told_first, withdraw
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page, Pages
from tests.web.test_staff_prepared import REVIEW_QUERIES
from webapp.house import House
from webapp.store import Involvement

MUM, LIN, FEMI = "Mum", "Lin Carter", "Femi Adeyemi"


@pytest.fixture
def post(house: House, case: Case, iro: Worker) -> Post:
    """Everything was agreed, and everybody who has to be told was told."""
    ready(house, iro, case, card=(["star"], "Please come, there is cake"), anything="CANARY-ANSWER")
    told_first(house, iro, case)
    made = Post(house)
    invite(house, iro, case, MUM, LIN)
    made.send()
    return made


def mums_link(post: Post) -> str:
    """The path that was sent to mum last."""
    found = [line for line in post.email.taken[-1].body.splitlines() if "/g/" in line]
    return found[0].removeprefix("http://localhost")


def opened(pages: Pages, post: Post) -> Page:
    """Mum's page, opened with her postcode."""
    page = pages.press(pages.get(mums_link(post)), "Open the invitation")
    return pages.press(page, "Go on", fact="sx2 3bb")


def test_a_link_alone_tells_nothing_and_a_dead_one_looks_the_same(pages: Pages, post: Post) -> None:
    live, dead = pages.get(mums_link(post)), pages.get("/g/AAAAAAAAAAAAAAAAAAAAAA")
    assert live.root.first("main").text == dead.root.first("main").text
    asked = pages.press(live, "Open the invitation")
    for page in (live, asked):
        assert not [word for word in ("Maya", "March", "Harbour", "Nadia", "cake") if word in page.body]
    assert pages.press(dead, "Open the invitation").status == 404
    assert pages.get("/g/meeting").status == 404, "looking opens nothing"


def test_a_wrong_fact_opens_nothing_and_is_counted(pages: Pages, post: Post) -> None:
    page = pages.press(pages.get(mums_link(post)), "Open the invitation")
    for _ in range(5):
        page = pages.press(page, "Go on", fact="SX9 9ZZ")
        assert page.status == 422
    assert pages.press(page, "Go on", fact="SX2 3BB").status == 429


def test_the_page_says_whose_it_is_when_and_where_and_no_more_of_the_child(pages: Pages, post: Post) -> None:
    page = opened(pages, post)
    assert page.h1 == "Maya invites you"
    assert "Please come, there is cake" in page.text
    assert "Tuesday 2 March 2027, 16:00" in page.text
    assert "Harbour Café" in page.text
    assert not [word for word in ("CANARY", "Okafor", "Gull") if word in page.body]


def test_they_answer_and_change_it_until_the_meeting(
    pages: Pages, post: Post, house: House, case: Case
) -> None:
    page = opened(pages, post)
    assert pages.press(page, "Send my answer").errors == ["Please choose one."]
    page = pages.press(page, "Send my answer", come="part", part="the end", words="<b>I work till 4</b>")
    assert "Thank you. We have your answer." in page.text
    assert states(house, case)[MUM_NAME] == "part"
    pages.press(page, "Send my answer", come="not_coming")
    assert states(house, case)[MUM_NAME] == "not_coming"


def test_an_answer_is_to_the_time_and_place_that_stood_on_the_page_and_no_words_are_lost(
    pages: Pages, post: Post, house: House, case: Case, iro: Worker
) -> None:
    page = opened(pages, post)
    settle(house, iro, case, AT + dt.timedelta(days=1))
    page = pages.press(page, "Send my answer", come="coming", words="See you")
    assert page.errors == ["A meeting that you are invited to has changed. This is how it is now."]
    assert "Wednesday 3 March 2027, 16:00" in page.text
    assert states(house, case)[MUM_NAME] == "invited"
    assert page.root.first("textarea", name="words").text == "See you"
    assert isinstance(house.clock, SettableClock)
    house.clock.move(minutes=31)
    page = pages.press(page, "Send my answer")
    assert page.status == 404
    assert page.root.first("textarea").text == "See you", "to copy; it opens again with the link"


def test_a_guest_reads_it_in_the_language_that_they_pressed(
    app: Flask, pages: Pages, post: Post, house: House, compiled_catalogues: None
) -> None:
    app.config["LANGUAGES"] = ("en", "cy")
    welsh = house.authority.model_copy(update={"languages": ("en", "cy")})
    object.__setattr__(app.extensions["house"], "authority", welsh)
    page = pages.get("/language")
    pages.press(page, "Cymraeg")
    page = pages.get(mums_link(post))
    assert page.root.first("html").attrs["lang"] == "cy"


MUM_NAME = "Grace Okafor"


def test_their_entry_for_the_calendar_is_the_one_that_was_sent(pages: Pages, post: Post, app: Flask) -> None:
    page = opened(pages, post)
    sent = post.email.taken[-1].calendar
    file = calendar_of(pages, page)
    names = [line for line in sent.splitlines() if line.startswith(("UID:", "DTSTART", "SEQUENCE"))]
    assert names == [line for line in file.splitlines() if line.startswith(("UID:", "DTSTART", "SEQUENCE"))]
    assert "METHOD:PUBLISH" in file


def calendar_of(pages: Pages, page: Page) -> str:
    """The file behind the button."""
    form = next(form for form in page.root.all("form") if form.attrs.get("action") == "/g/meeting/calendar")
    token = form.first("input", name="csrf_token").attrs["value"]
    return pages.client.post("/g/meeting/calendar", data={"csrf_token": token}).get_data(as_text=True)


def test_what_is_taken_back_shows_so_and_who_may_not_come_any_more_finds_it_closed(
    pages: Pages, post: Post, house: House, case: Case, iro: Worker
) -> None:
    opened(pages, post)
    withdraw(house, iro, case, MUM)
    post.send()
    page = pages.get("/g/meeting")
    assert page.h1 == "Your invitation is taken back"
    assert "Send my answer" not in page.text
    with house.db.writing() as s:
        s.execute(update(Involvement).where(Involvement.role == "parent").values(no_contact=True))
    assert pages.get("/g/meeting").status == 404


def test_a_no_that_comes_later_changes_nothing_that_the_guest_sees_until_the_officer_acts(
    pages: Pages, post: Post, house: House, case: Case, iro: Worker
) -> None:
    before = opened(pages, post).root.first("main").text
    no = {
        "people": {ref(house, "parent"): a_person("no"), ref(house, "carer_foster"): a_person("no")},
        "added": [],
    }
    for words in ("", "and nobody from mum's side"):
        ask(house, case, who=(no, words))
        assert bars(house, case)["Mum"] in ("refused", "words_undecided")
        assert pages.get("/g/meeting").root.first("main").text == before
    settle(house, iro, case, at=AT + dt.timedelta(days=1), others="CANARY-NEW-PLACE")
    assert pages.get("/g/meeting").root.first("main").text == before, (
        "what is new since is told to nobody whom it stops"
    )
    withdraw(house, iro, case, MUM)
    assert "Send my answer" not in pages.get("/g/meeting").text


def test_the_officer_invites_sees_the_answers_and_who_may_not_come(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed, clock: object
) -> None:
    ready(house, iro, case, card=(["star"], "Please come, there is cake"))
    mine = signed(iro)
    page = mine.get(f"/staff/reviews/{case.review_id}/guests")
    assert "The child said no." in page.text
    box = page.root.first("fieldset")
    ticked = [one.attrs["value"] for one in box.all("input") if "checked" in one.attrs]
    assert sorted(ticked) == ["1", "who:P-2", "who:S-9"]
    page = mine.press(page, "Invite these people")
    assert "Their invitations go out in the next minutes." in page.text
    page = mine.press(page, "Not invited after all")
    assert "They are not invited any more." in page.text


def test_the_page_of_the_review_says_who_is_coming_with_one_statement_however_many(
    app: Flask, pages: Pages, post: Post, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    mine, counts = signed(iro), []
    for _ in range(2):
        with statements(app.extensions["house"].db) as seen:
            page = mine.get(f"/staff/reviews/{case.review_id}")
        counts.append(len(seen))
        withdraw(house, iro, case, LIN)
    assert counts[0] == counts[1] <= REVIEW_QUERIES, counts
    part = page.root.first("section", aria_labelledby="coming")
    assert "invited, no answer yet" in part.text
    assert LIN not in part.text


def test_nobody_elses_review(house: House, case: Case, iro: Worker, signed: Signed) -> None:
    from tests.fixtures.staff import make_worker

    other = make_worker(house, "omar", "iro", external_id="S-2")
    assert signed(other).get(f"/staff/reviews/{case.review_id}/guests").status == 404

"""After sending: what happens next and when; no day that is past."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.web.inside import answer, enter, post
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Review


def send(pages: Pages, house: House, case: Case, held_at: dt.datetime | None) -> Page:
    with house.db.writing() as s:
        s.execute(update(Review).values(held_at=held_at))
    enter(pages, house, case.child)
    answer(pages, "anything", words=f"before {held_at}")
    return post(pages, "/b/my_review_my_choice/send")


def test_the_day_by_which_it_is_settled_is_told_while_it_is_ahead(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    page = send(
        pages, house, case, dt.datetime(2027, 3, 15, 16, tzinfo=dt.UTC)
    )  # 20 working days from 15 February
    assert "The review is planned for Monday 15 March" in page.text
    assert "By Monday 15 February your IRO settles who comes and where." in page.text
    clock.move(days=15)
    page = send(pages, house, case, dt.datetime(2027, 3, 15, 16, tzinfo=dt.UTC))
    assert "The review is planned for Monday 15 March" in page.text
    assert "settles" not in page.text


def test_no_day_is_told_where_there_is_none_or_it_is_past(pages: Pages, house: House, case: Case) -> None:
    for held_at in (None, house.clock() - dt.timedelta(days=1)):
        page = send(pages, house, case, held_at)
        assert page.url == "/b/my_review_my_choice/sent"
        assert "planned for" not in page.text
        assert "settles" not in page.text

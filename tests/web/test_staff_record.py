"""Text for the review record: under its headings, by who may read it, with nothing private in it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.deciding import REASON, a_person, ask, decide, ref
from tests.fixtures.speaking import read_for_worries, say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Audit


@pytest.fixture
def desk(house: House, case: Case, iro: Worker, signed: Signed) -> Pages:
    """The officer, once child and carer have sent something for each reader."""
    people = {
        ref(house, "parent"): a_person("no", why="CANARY-WHY"),
        ref(house, "carer_foster"): a_person("yes"),
    }
    said = {
        "who": ({"people": people, "added": []}, ""),
        "where": ({"where": ["cafe"], "not_where": [], "not_words": ""}, ""),
        "comfort": (["breaks"], ""), "questions": "When is home?", "anything": "CANARY-ALONE",
        "not_in_front": ({"family": {"choice": "not_there", "words": "CANARY-HUSH"}}, "CANARY-INFRONT"),
    }  # fmt: skip
    narrow = ["who", "where"]
    who = case.child.consultation_id
    say_and_send(house, who, {k: v for k, v in said.items() if k not in narrow}, "review")  # type: ignore[misc]
    say_and_send(house, who, {k: said[k] for k in narrow}, "iro_and_social_worker")  # type: ignore[misc]
    say_and_send(house, who, {"anything": "CANARY-ALONE", "help": (["advocate"], "")}, "iro")
    say_and_send(house, case.carer.consultation_id, {"education": "Ahead in maths\nand shy"})
    say_and_send(house, case.carer.consultation_id, {"note_to_iro": "CANARY-NOTE"}, "iro")
    read_for_worries(house)
    return signed(iro)


def boxes(page: Page) -> dict[str, str]:
    return {
        t.attrs["id"].removeprefix("t-"): "".join(str(c) for c in t.children).strip()
        for t in page.root.all("textarea")
    }


def test_each_heading_has_its_text_with_who_said_it_and_from_which_booklet(
    desk: Pages, house: House, case: Case, iro: Worker
) -> None:
    found = boxes(desk.get(f"/staff/reviews/{case.review_id}/record"))
    assert found["education-all"] == (
        "Lin Carter (Foster carer), in “Carer’s consultation form”, sent 1 February 2027:\n"
        "- How is Maya getting on at nursery, school or college? “Ahead in maths and shy”"
    )
    assert "What do you want to ask people? “When is home?”" in found["childs_view-all"]
    assert "At a café or youth club" not in found["childs_view-all"]
    assert found["childs_view-some"].startswith(
        "[For the IRO and the social worker, not for everyone at the review]"
    )
    assert "At a café or youth club" in found["childs_view-some"]
    assert "Mum: No" in found["childs_view-some"]


def test_decisions_stand_under_recommendations_no_further_than_their_wish(
    desk: Pages, house: House, case: Case, iro: Worker
) -> None:
    decide(house, iro, case, "how:comfort:breaks")
    decide(house, iro, case, "where:", "changed", instead="The library", reason=REASON, note="CANARY-STAFF")
    page = desk.get(f"/staff/reviews/{case.review_id}/record")
    found = boxes(page)
    assert "- How it is held: Breaks. Agreed. In words for the child: " in found["recommendations-all"]
    assert "The library" not in found["recommendations-all"]
    assert (
        f"Where: At a café or youth club. Changed. “The library” In words for the child: “{REASON}”"
        in found["recommendations-some"]
    )
    assert "CANARY-STAFF" not in page.body


def test_what_is_for_the_officer_alone_is_in_no_box_and_no_file_but_counted(desk: Pages, case: Case) -> None:
    address = f"/staff/reviews/{case.review_id}/record"
    page = desk.get(address)
    for body in (page.body, desk.get(f"{address}.txt").body, desk.get(f"{address}.txt?more").body):
        assert "CANARY" not in body
    assert "answers are left out: for you alone, or to be looked at first." in page.text


def test_the_file_holds_what_everyone_may_read_and_more_only_where_it_is_asked_for(
    desk: Pages, case: Case
) -> None:
    address = f"/staff/reviews/{case.review_id}/record.txt"
    plain, more = desk.get(address), desk.get(f"{address}?more")
    assert plain.headers["Content-Type"].startswith("text/plain")
    assert "attachment" in plain.headers["Content-Disposition"]
    assert "Education\n=========\nLin Carter" in plain.body
    assert "café" not in plain.body
    assert "café" in more.body


def test_words_that_are_not_read_for_worries_yet_or_that_no_list_can_read_wait_for_the_officer(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    pages, address = signed(iro), f"/staff/reviews/{case.review_id}/record"
    ask(house, case, questions="Pryd ydw i’n mynd adref?", good_news="گھر کب جاؤں گی؟")
    assert "Pryd ydw" not in pages.get(address).body
    read_for_worries(house)
    page = pages.get(address)
    assert "“Pryd ydw i’n mynd adref?”" in page.body
    assert "گھر" not in page.body


def test_another_officer_gets_neither_page_nor_file_and_every_look_is_written_down(
    house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    theirs, mine = signed(other_iro), signed(iro)
    for more in ("record", "record.txt"):
        assert theirs.get(f"/staff/reviews/{case.review_id}/{more}").status == 404
        assert "Nothing has been sent yet." in mine.get(f"/staff/reviews/{case.review_id}/{more}").body
    with house.db.reading() as s:
        told = s.scalars(select(Audit.action).where(Audit.child_id == case.child_id)).all()
        assert [one for one in told if "record" in one] == ["look_record_text", "take_record_text"]

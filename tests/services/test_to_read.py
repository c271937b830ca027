"""Whatever somebody typed is read for worries in one place; words about the officer wait for somebody else to look."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.deciding import a_person, ask, ref
from tests.fixtures.guests import answer, bars, invite, ready
from tests.fixtures.speaking import Said, read_for_worries, say_and_send
from tests.fixtures.staff import Signed, Worker
from webapp.clock import today
from webapp.house import House
from webapp.review.holding import without_words
from webapp.services import (
    announcing,
    checking,
    deciding_desk,
    guests,
    looking_review,
    looking_screening,
    statutory_talk,
    translating,
    worries,
)
from webapp.services.looking_review import ReviewPage
from webapp.services.statutory_talk import Told
from webapp.services.translating import Foreign
from webapp.store import Child, Guest, Message, Response, Review, Staff, StandIn, Worry, migrations

HITS, OF_THE_OFFICER = "my dad hits me", "CANARY Nadia Rahman hits me"


def talk(house: House, case: Case, worker: Worker, more: str) -> str:
    """The social worker types what the child said; gives the talk's id."""
    with house.db.writing() as s:
        s.get_one(Review, case.review_id).social_worker_id = worker.id
    with house.db.writing() as s:
        own = checking.own_review(s, house.vault, worker.id, case.review_id, lock=True)
        assert own is not None
        statutory_talk.keep(s, house.clock(), worker.id, own, today(house.clock), Told(more=more))
        return statutory_talk.talks(s, own.key, case.review_id)[0].id


def found(house: House) -> list[Worry]:
    with house.db.reading() as s:
        return list(s.scalars(select(Worry).order_by(Worry.raised_at, Worry.id)))


def behind(house: House, worry: Worry) -> list[tuple[str, tuple[str, ...]]]:
    with house.db.reading() as s:
        several = looking_screening.flagged(s, house.vault, house.booklets, worry.id, "Maya")
    return [(one.asked, one.said) for one in several]


def officers_page(house: House, case: Case, iro: Worker) -> ReviewPage:
    with house.db.reading() as s:
        page = looking_review.own_review(
            s, house.vault, house.booklets, house.clock(), iro.id, case.review_id
        )
    assert page is not None
    return page


def close(house: House) -> None:
    with house.db.writing() as s:
        s.execute(update(Worry).values(closed_at=house.clock()))


@pytest.mark.parametrize("then", ["", "taken back", "the worker died"])
def test_what_a_child_said_in_a_talk_is_read_as_a_childs_words_whatever_comes_after(
    house: House, case: Case, social_worker: Worker, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = talk(house, case, social_worker, HITS)
    if then == "taken back":
        with house.db.writing() as s:
            mine = checking.own_review(s, house.vault, social_worker.id, case.review_id, lock=True)
            assert mine is not None
            assert statutory_talk.take_back(s, house.clock(), social_worker.id, mine, own)
    if then == "the worker died":
        with monkeypatch.context() as patch:
            patch.setattr(
                worries, "raise_worry", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("ended"))
            )
            read_for_worries(house)
        assert found(house) == []
    read_for_worries(house)
    read_for_worries(house)
    (worry,) = found(house)
    assert (worry.raised_by, worry.review_id, worry.consultation_id) == ("child", case.review_id, None)
    assert behind(house, worry) == [("Said to the social worker, who typed it", (HITS,))]


def test_a_worry_from_a_talk_stands_on_the_duty_desk_with_the_child_and_reaches_the_case_system(
    house: House, case: Case, social_worker: Worker, duty_worker: Worker, iro: Worker, signed: Signed
) -> None:
    talk(house, case, social_worker, HITS)
    read_for_worries(house)
    (worry,) = found(house)
    desk = signed(duty_worker)
    page = desk.get(f"/staff/worries/{worry.id}")
    page = desk.press(page, "Open it and write down", reason="On duty: words that worry us")
    assert HITS in page.text
    assert "Said to the social worker" in page.text
    assert "Maya" in page.text
    assert f"/staff/worries/{worry.id}" in signed(iro).get("/staff/worries").body
    url = house.settings.public_url
    assert announcing.announce_once(house.db, house.vault, {"worry": ("theirs",)}, url, house.clock) == 1


def test_what_waits_to_be_read_is_read_after_the_tables_went_back_a_step_and_forward_again(
    house: House, case: Case, social_worker: Worker, iro: Worker
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, "Lin Carter")
    with house.db.writing() as s:
        s.execute(update(Guest).values(state="invited"))
    read_for_worries(house)
    assert answer(house, case, "Lin Carter", "coming", words=HITS)
    talk(house, case, social_worker, HITS)
    url = house.settings.database
    house.db.engine.dispose()
    migrations.downgrade(url, "0023")
    migrations.upgrade(url)
    read_for_worries(house)
    assert {one.raised_by for one in found(house)} == {"child", "carer"}
    assert {said for one in found(house) for said in behind(house, one)} == {
        ("Said to the social worker, who typed it", (HITS,)),
        ("Written by somebody who is invited: Lin Carter", (HITS,)),
    }


def test_a_translation_is_read_where_no_list_could_read_what_was_typed(
    house: House, case: Case, iro: Worker
) -> None:
    say_and_send(house, case.child.consultation_id, {"anything": "أبي يضربني"})
    read_for_worries(house)
    with house.db.writing() as s:
        response_id = s.scalars(
            select(Response.id).where(Response.consultation_id == case.child.consultation_id)
        ).first()
        one = Foreign("m" * 64, "", "Anything?", ("أبي يضربني",), "ar", response_id, "anything", None)
        translating.put(
            s,
            house.vault,
            case.review_id,
            case.child_id,
            one,
            "My dad hits me",
            "Leila",
            iro.id,
            house.clock(),
        )
    read_for_worries(house)
    (worry,) = found(house)
    assert (worry.raised_by, worry.consultation_id) == ("child", case.child.consultation_id)
    assert behind(house, worry) == [("What they wrote, translated", ("My dad hits me",))]


@pytest.mark.parametrize(
    "words, change, told",
    [
        (HITS, {}, True),
        (OF_THE_OFFICER, {}, False),
        ("Olu Bright hits me", {}, False),
        (HITS, {"until_at": -1}, False),
        (HITS, {"roles": "unit"}, False),
        (HITS, {"active": False}, False),
    ],
)
def test_who_stands_in_is_told_of_a_worry_as_its_officer_is(
    house: House, case: Case, iro: Worker, other_iro: Worker, words: str, change: dict[str, Any], told: bool
) -> None:
    now = house.clock()
    until = now + dt.timedelta(days=change.pop("until_at", 3))
    with house.db.writing() as s:
        s.add(
            StandIn(staff_id=other_iro.id, review_id=case.review_id, reason=b"x", from_at=now, until_at=until)
        )
        other = s.get_one(Staff, other_iro.id)
        other.name, other.email = "Olu Bright", "olu@example.org"
        for name, value in change.items():
            setattr(other, name, value)
    say_and_send(house, case.child.consultation_id, {"anything": words})
    read_for_worries(house)
    with house.db.reading() as s:
        key = house.vault.key(s.get_one(Child, case.child_id).key, f"child:{case.child_id}")
        mails = [
            key.open_some(one.to_sealed, f"message.to_sealed:{one.id}")
            for one in s.scalars(select(Message).where(Message.template == worries.TEMPLATE))
        ]
    assert ("olu@example.org" in mails) == told
    assert set(house.authority.duty.emails) <= set(mails)


def test_an_answer_about_the_officer_is_not_before_the_officer_until_somebody_closed_the_worry(
    house: House, case: Case, iro: Worker, duty_worker: Worker, signed: Signed
) -> None:
    said: dict[str, Said] = {
        "anything": OF_THE_OFFICER, "questions": "Can I bring my dog?", "chair": ("me", OF_THE_OFFICER),
    }  # fmt: skip
    say_and_send(house, case.child.consultation_id, said)
    read_for_worries(house)
    mine = signed(iro)
    addresses = [
        f"/staff/reviews/{case.review_id}{more}" for more in ("?all", "/decide", "/record", "/agenda")
    ]
    for address in addresses:
        page = mine.get(address)
        assert page.status == 200
        assert "CANARY" not in page.body
        assert "being screened" not in page.text
    assert "my dog" in mine.get(addresses[0]).text
    with house.db.reading() as s:
        desk = deciding_desk.desk(s, house.vault, iro.id, case.review_id)
    assert desk is not None
    asked = {wish.question for wish in desk.wishes}
    assert "chair" in asked, "what was chosen is still asked for"
    assert "anything" not in asked
    (worry, *_) = found(house)
    duty = signed(duty_worker)
    with house.db.writing() as s:
        s.get_one(Review, case.review_id).held_at = house.clock() + dt.timedelta(days=3)
        s.get_one(Staff, iro.id).roles = "iro duty"
    listed = duty.get("/staff/worries").text
    assert "the reviewing officer can’t read these words until it is closed" in listed
    assert "the review is on" in listed
    assert worry.id not in mine.get("/staff/worries").body, "also where the officer is on duty"
    assert mine.get(f"/staff/worries/{worry.id}").status == 404
    page = duty.press(
        duty.get(f"/staff/worries/{worry.id}"),
        "Open it and write down",
        reason="On duty: words that worry us",
    )
    assert "CANARY" in page.text
    assert "is not shown these words until this worry is closed" in page.text
    close(house)
    assert "CANARY" in mine.get(addresses[0]).body
    assert "Please look first" not in mine.get(addresses[0]).text, "that there was a worry is never told"


def test_whom_a_child_typed_is_on_no_page_of_the_officers_and_is_invited_by_nobody_meanwhile(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, "Lin Carter")
    added = [{"name": "CANARY Phil", "who": "CANARY uncle", **a_person("yes")}]
    people = {ref(house, "carer_foster"): a_person("yes")}
    ask(house, case, who=({"people": people, "added": added}, OF_THE_OFFICER))
    read_for_worries(house)
    assert set(bars(house, case).values()) == {"words_wait", "waits_check"}
    page = signed(iro).get(f"/staff/reviews/{case.review_id}/guests")
    assert "CANARY Phil" not in page.text
    assert "CANARY uncle" not in page.text
    assert "wrote words" not in page.text
    assert "They were told, and now" not in page.text
    assert "Invitations to this review wait for now" in page.text
    close(house)
    assert "words_undecided" in bars(house, case).values()
    assert "CANARY Phil" in signed(iro).get(f"/staff/reviews/{case.review_id}/guests").text


def test_other_words_about_the_officer_wait_too(
    house: House, case: Case, iro: Worker, social_worker: Worker
) -> None:
    ready(house, iro, case)
    read_for_worries(house)
    invite(house, iro, case, "Lin Carter")
    with house.db.writing() as s:
        s.execute(update(Guest).values(state="invited"))
    assert answer(house, case, "Lin Carter", "coming", words=OF_THE_OFFICER)
    talk(house, case, social_worker, OF_THE_OFFICER)
    read_for_worries(house)
    page = officers_page(house, case, iro)
    assert [one.told.more for one in page.talks] == [""]
    with house.db.reading() as s:
        assert [one.words for one in guests.invited(s, house.vault, case.review_id, page.held)] == [""]
    close(house)
    page = officers_page(house, case, iro)
    assert [one.told.more for one in page.talks] == [OF_THE_OFFICER]
    assert not page.held


@pytest.mark.parametrize("words, about", [(OF_THE_OFFICER, "iro"), (HITS, ""), ("please ring me", "")])
def test_words_typed_with_a_press_take_it_round_whom_they_are_about(
    house: House, case: Case, iro: Worker, signed: Signed, words: str, about: str
) -> None:
    with house.db.writing() as s:
        worry = worries.raise_worry(
            s, house.vault, house.authority, consultation_id=case.child.consultation_id, now=house.clock()
        )
        before = s.query(Message).count()
        worries.add_words(s, house.vault, worry.id, words, house.clock())
    read_for_worries(house)
    (worry,) = found(house)
    assert worry.about == about
    with house.db.reading() as s:
        more = s.query(Message).count() - before
    assert more == (len(house.authority.duty.designated_officer_emails) if about else 0)
    assert (signed(iro).get(f"/staff/worries/{worry.id}").status == 404) == bool(about)


def test_a_record_without_the_words_to_a_question_is_a_record_still_and_keeps_what_was_chosen() -> None:
    row = {
        "id": "P-1",
        "choices": [{"id": "no"}],
        "reason": "CANARY",
        "words": "",
        "which_part": "",
        "added": False,
    }
    people = {
        "choices": [],
        "rows": [row, {**row, "id": "", "label": "CANARY", "added": True}],
        "words": "CANARY",
    }
    record = {
        "headings": [{"items": [
            {"question": "who", "answer": people, "answered_at": "x"},
            {"question": "held", "answer": {"choices": [], "rows": [], "words": "CANARY"}},
            {"question": "other", "answer": {"choices": [], "rows": [], "words": "kept"}},
        ]}],
        "set_aside": [{"why": "off_path", "item": {"question": "held", "answer": {**people, "rows": []}}}],
        "wishes": {"people": [{"question": "who", "state": "asked", "person": "P-1", "come": "no", "reason": "CANARY"}],
                   "about": [{"question": "held", "state": "asked", "choices": [], "words": "CANARY"}]},
        "attachments": [{"question": "held", "sha256": "CANARY"}],
        "not_answered": [{"question": "held2", "asked_staff": "?"}],
    }  # fmt: skip
    bare = without_words(record, {"who", "held"})
    assert "CANARY" not in json.dumps(bare)
    assert [item["question"] for item in bare["headings"][0]["items"]] == ["who", "other"]
    assert bare["headings"][0]["items"][0]["answer"]["rows"][0]["choices"] == [{"id": "no"}]
    assert bare["wishes"]["people"][0]["come"] == "no"
    assert (bare["set_aside"], bare["wishes"]["about"], bare["attachments"]) == ([], [], [])
    assert bare["not_answered"] == record["not_answered"]

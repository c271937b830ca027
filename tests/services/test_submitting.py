"""Sending: one frozen record and one delivery per adapter, together or not at all, however often it is pressed."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import come_in, say, send
from tests.fixtures.staff import Worker
from webapp.booklet.answers import SKIPPED, Answer
from webapp.house import House
from webapp.services import answering, outbox, submitting, visits
from webapp.services.submitting import NothingToSend
from webapp.services.visits import Standing
from webapp.store import Child, Delivery, Record, Response, Review, Visit
from webapp.store.sealing import SealBroken

LATER = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def records(house: House, standing: Standing) -> list[dict[str, Any]]:
    key = visits.response_key(house.vault, standing)
    with house.db.reading() as s:
        rows = s.scalars(select(Record).order_by(Record.revision)).all()
        return [json.loads(key.open(row.sealed, f"record.sealed:{row.id}")) for row in rows]


def deliveries(house: House) -> list[tuple[str, int]]:
    with house.db.reading() as s:
        rows = s.execute(
            select(Delivery.adapter, Delivery.sequence).order_by(Delivery.sequence, Delivery.adapter)
        ).all()
    return [(adapter, sequence) for adapter, sequence in rows]


def test_sending_twice_makes_one_record_and_one_delivery(house: House, case: Case) -> None:
    standing = say(house, case.child.consultation_id, {"anything": "hello"})
    assert send(house, standing) == 1
    with pytest.raises(NothingToSend):
        send(house, standing)
    assert len(records(house, standing)) == 1
    assert deliveries(house) == [("files", 1)]


def test_four_presses_at_the_same_moment_make_one_record(house: House, case: Case) -> None:
    standing = say(house, case.child.consultation_id, {"anything": "hello"})
    results: list[str] = []

    def press() -> None:
        try:
            results.append(f"sent {send(house, standing)}")
        except NothingToSend:
            results.append("nothing to send")

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["nothing to send"] * 3 + ["sent 1"]
    assert len(records(house, standing)) == 1
    assert deliveries(house) == [("files", 1)]


def test_each_adapter_gets_its_own_delivery(house: House, case: Case) -> None:
    standing = say(house, case.child.consultation_id, {"anything": "hello"})
    takers = {"invite_choices": ("files", "another"), "views": ("a third",)}
    submitting.send(
        house.db, house.vault, house.booklets, house.authority.timetable, takers, standing, house.clock()
    )
    assert deliveries(house) == [("another", 1), ("files", 1)]


def test_a_change_is_a_new_whole_record_that_names_the_one_before(
    house: House, case: Case, clock: SettableClock
) -> None:
    standing = say(house, case.child.consultation_id, {"anything": "first", "questions": "stays"})
    send(house, standing)
    clock.move(days=1)
    again = say(house, case.child.consultation_id, {"anything": "second"})
    assert send(house, again) == 2
    first, second = records(house, standing)
    assert second["supersedes"] == first["id"]
    assert (first["revision"], second["revision"]) == (1, 2)
    assert "second" in json.dumps(second)
    assert "first" not in json.dumps(second)
    assert "stays" in json.dumps(second)
    assert deliveries(house) == [("files", 1), ("files", 2)]


def test_an_answer_that_arrives_while_the_record_is_made_is_in_the_record(
    house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = say(house, case.child.consultation_id, {"anything": "early"})
    frozen = submitting.freeze
    made: list[object] = []

    def and_then_another_answer(*given: Any) -> Any:
        one = frozen(*given)
        if not made:
            say(house, case.child.consultation_id, {"anything": "late"})
        made.append(one)
        return one

    monkeypatch.setattr(submitting, "freeze", and_then_another_answer)
    assert send(house, standing) == 1
    assert len(made) == 2
    (record,) = records(house, standing)
    assert "late" in json.dumps(record)
    assert "early" not in json.dumps(record)


def test_a_failure_between_record_and_delivery_keeps_neither(
    house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = say(house, case.child.consultation_id, {"anything": "hello"})

    def broken(*_: Any) -> int:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "put", broken)
        with pytest.raises(RuntimeError):
            send(house, standing)
    assert records(house, standing) == []
    assert deliveries(house) == []
    with house.db.reading() as s:
        assert set(s.scalars(select(Response.sent_version))) == {0}
    assert send(house, standing) == 1


def test_what_was_said_and_then_skipped_is_not_in_the_record(house: House, case: Case) -> None:
    say(house, case.child.consultation_id, {"anything": "take this back", "questions": "keep this"})
    standing = say(house, case.child.consultation_id, {"anything": SKIPPED})
    send(house, standing)
    (record,) = records(house, standing)
    assert "take this back" not in json.dumps(record)
    assert "keep this" in json.dumps(record)


def test_an_answer_that_dropped_off_the_path_is_set_aside_in_the_record(house: House, case: Case) -> None:
    standing = say(
        house, case.child.consultation_id, {"attend": Answer("part"), "attend_part": "the start of it"}
    )
    say(house, case.child.consultation_id, {"attend": Answer("all")})
    send(house, standing)
    (record,) = records(house, standing)
    aside = record.pop("set_aside")
    assert [one["why"] for one in aside] == ["off_path"]
    assert "the start of it" in json.dumps(aside)
    assert "the start of it" not in json.dumps(record)


def test_the_record_says_who_helped(house: House, case: Case, social_worker: Worker) -> None:
    standing = say(house, case.child.consultation_id, {"anything": "hello"}, helper_id=social_worker.id)
    send(house, standing)
    (record,) = records(house, standing)
    assert social_worker.name in json.dumps(record)


def test_a_record_moved_to_another_row_cannot_be_opened(house: House, case: Case) -> None:
    mine = say(house, case.child.consultation_id, {"anything": "mine"})
    send(house, mine)
    say(house, case.child.consultation_id, {"anything": "mine again"})
    send(house, mine)
    with house.db.writing() as s:
        first, second = s.scalars(select(Record).order_by(Record.revision)).all()
        s.execute(update(Record).where(Record.id == second.id).values(sealed=first.sealed))
    with pytest.raises(SealBroken):
        records(house, mine)


def test_nothing_said_is_nothing_to_send(house: House, case: Case) -> None:
    with pytest.raises(NothingToSend):
        send(house, come_in(house, case.child.consultation_id))
    assert deliveries(house) == []


def test_everyone_with_whom_an_answer_in_force_was_given_is_named_whoever_sends(
    house: House, case: Case, social_worker: Worker, iro: Worker
) -> None:
    say(house, case.child.consultation_id, {"anything": "with one"}, helper_id=social_worker.id)
    say(house, case.child.consultation_id, {"questions": "with another"}, helper_id=iro.id)
    alone = say(house, case.child.consultation_id, {"attend": ("all", "alone")})
    send(house, alone)
    (record,) = records(house, alone)
    assert record["helped_by"] == ", ".join(sorted([social_worker.name, iro.name]))
    typed = {item["question"]: item["typed_by"] for part in record["headings"] for item in part["items"]}
    assert typed == {"anything": social_worker.name, "questions": iro.name, "attend": ""}


def test_a_worker_whose_answers_were_all_said_again_alone_did_not_help(
    house: House, case: Case, social_worker: Worker
) -> None:
    say(house, case.child.consultation_id, {"anything": "together"}, helper_id=social_worker.id)
    alone = say(house, case.child.consultation_id, {"anything": "alone"})
    send(house, alone)
    assert records(house, alone)[0]["helped_by"] == ""


def test_the_record_is_in_the_language_of_most_answers_whatever_the_invitation_was_in(
    house: House, case: Case, clock: SettableClock
) -> None:
    standing = come_in(house, case.child.consultation_id)
    key = visits.response_key(house.vault, standing)
    for question, spoken in (("anything", "ur"), ("questions", "cy"), ("attend", "ur"), ("comfort", "cy")):
        clock.move(minutes=1)
        one = answering.saying(key, standing.row.response_id, question, Answer(None, "said"), "iro")
        with house.db.writing() as s:
            answering.record(s, standing, one, now=house.clock(), language=spoken)
        if question == "attend":
            send(house, standing)
    send(house, standing)
    assert [one["language"] for one in records(house, standing)] == ["ur", "cy"]


@pytest.mark.parametrize(
    "change",
    [
        update(Review).values(status="held"),
        update(Child).values(hold="moved"),
        update(Visit).values(ended_at=LATER),
    ],
)
def test_what_came_between_the_record_and_its_keeping_stops_it(
    house: House, case: Case, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    standing = say(house, case.child.consultation_id, {"anything": "hello"})
    frozen = submitting.freeze

    def meanwhile(*given: Any) -> Any:
        one = frozen(*given)
        with house.db.writing() as s:
            s.execute(change)
        return one

    monkeypatch.setattr(submitting, "freeze", meanwhile)
    with pytest.raises(answering.Ended):
        send(house, standing)
    assert records(house, standing) == []

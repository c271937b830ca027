"""Out to the case systems, which the officer reads too: nothing before it was read for worries, and what may be about
the officer only once somebody else has looked at it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import Said, read_for_worries, say_and_send
from tests.fixtures.staff import Worker
from webapp.casesystem import Away, Event, Route
from webapp.casesystem.files import checked
from webapp.casesystem.simulator import Failing, Simulator
from webapp.house import House
from webapp.review.holding import copy_without
from webapp.services import announcing, delivering, delivering_again, left_out, looking_review
from webapp.store import Announcement, Audit, Delivery, Record, Response, Screening, Worry

ABOUT = "CANARY Nadia Rahman hits me"
TAKERS = {**dict.fromkeys(("views", "invite_choices", "withdrawal"), ("files",)), "paper_copy": ("paper",)}
ROUTES = {"files": Route("iro")}


def deliver(house: House, adapter: Simulator) -> list[dict[str, Any]]:
    """What reaches the case system in these moments, oldest first, worded as its schema has it."""
    while delivering.deliver_once(house.db, house.vault, {"files": adapter}, house.clock, "w", ROUTES):
        pass
    for event in adapter.kept.values():
        checked(event, json.dumps(event.record).encode())
    return [dict(event.record) for event in adapter.kept.values()]


def renew(house: House) -> int:
    return left_out.renew_once(house.db, house.vault, TAKERS, house.clock)


def close(house: House) -> None:
    with house.db.writing() as s:
        s.execute(update(Worry).values(closed_at=house.clock()))


def test_a_record_waits_in_view_until_it_was_read_and_was_not_tried_meanwhile(
    house: House, case: Case, clock: SettableClock
) -> None:
    say_and_send(house, case.child.consultation_id, {"anything": "I like dogs"})
    adapter = Simulator()
    for _ in range(3):
        assert deliver(house, adapter) == []
        clock.move(seconds=6)
    with house.db.reading() as s:
        row = s.scalars(select(Delivery)).one()
    assert (row.state, row.reason, row.attempts) == ("waiting", "not_read", 0)
    read_for_worries(house)
    [record] = deliver(house, adapter)
    assert "I like dogs" in json.dumps(record)
    assert renew(house) == 0


def test_words_about_the_officer_reach_no_case_system_before_somebody_else_has_looked(
    house: House, case: Case, iro: Worker, clock: SettableClock
) -> None:
    said: dict[str, Said] = {"anything": ABOUT, "questions": "my dog", "chair": ("me", ABOUT)}
    say_and_send(house, case.child.consultation_id, {"questions": "my cat"})
    clock.move(minutes=5)
    say_and_send(house, case.child.consultation_id, said)
    read_for_worries(house)
    before, first = deliver(house, adapter := Simulator())
    assert "CANARY" not in json.dumps(first)
    assert "my dog" in json.dumps(first)
    assert [wish["choices"][0]["id"] for wish in first["wishes"]["chair"]] == ["me"], "what was chosen stays"
    assert (first.get("held_back", 0), all(heading["items"] for heading in first["headings"])) == (0, True)
    clock.move(days=2)
    told_of = {"worry": ("files",)}
    assert announcing.announce_once(house.db, house.vault, told_of, "https://x.example", clock) == 0
    assert renew(house) == 0, "the worry is open"
    close(house)
    assert announcing.announce_once(house.db, house.vault, told_of, "https://x.example", clock) == 1
    assert (renew(house), renew(house)) == (1, 0)
    *_, second = deliver(house, adapter)
    assert (second["revision"], second["supersedes"]) == (3, first["id"])
    assert second["sent_at"] == first["sent_at"], "it is what was sent then"
    assert json.dumps(second).count("CANARY") > 1
    list(delivering_again.replay(house.db, clock().replace(year=2000), house.clock, "system"))
    assert deliver(house, Simulator()) == [before, first, second], "what went under a key goes so for ever"
    with house.db.reading() as s:
        page = looking_review.own_review(s, house.vault, house.booklets, clock(), iro.id, case.review_id)
        assert s.scalars(select(Audit.action).where(Audit.action == "sent_whole")).all() == ["sent_whole"]
        copied = select(Announcement.record_id).where(Announcement.kind == "paper_copy")
        assert s.scalars(copied).all() == [second["id"].replace("-", "")], "a copy on paper goes with it"
    assert page is not None
    shown = [
        one
        for voice in page.voices
        for paper in voice.papers
        for part in paper.headings.values()
        for one in part
    ]
    changed = {one.item.question for one in shown if one.changed}
    assert changed == set(said), "since the child sent it before; that it went once more is no change"


@pytest.mark.parametrize("then", ["still away", "sent again", "taken back"])
def test_nothing_goes_twice_that_went_whole_or_was_replaced_or_taken_back(
    house: House, case: Case, iro: Worker, clock: SettableClock, then: str
) -> None:
    say_and_send(house, case.child.consultation_id, {"anything": ABOUT})
    read_for_worries(house)

    def away(event: Event) -> None:
        raise Away("no_line")

    adapter = Simulator()
    deliver(house, Failing(away) if then == "still away" else adapter)
    if then == "sent again":
        clock.move(minutes=1)
        say_and_send(house, case.child.consultation_id, {"anything": ""})
        read_for_worries(house)
    if then == "taken back":
        with house.db.writing() as s:
            own = s.scalars(select(Record.id)).one()
            assert announcing.withdraw(s, house.vault, TAKERS, own, clock(), "system")
    close(house)
    assert renew(house) == (then == "still away"), "what may have arrived goes under a number of its own"
    clock.move(hours=1)
    with house.db.reading() as s:
        kept = len(s.scalars(select(Record)).all())
        assert s.scalars(select(Response.revision).where(Response.revision > 0)).one() == kept
    assert len(deliver(house, adapter)) == 2
    assert "CANARY" not in json.dumps(next(iter(adapter.kept.values())).record)


def test_one_closed_worry_lets_its_own_words_go_and_not_those_of_another(
    house: House, case: Case, iro: Worker, clock: SettableClock
) -> None:
    first, second = f"{ABOUT} at home", f"{ABOUT} at school"
    say_and_send(house, case.child.consultation_id, {"anything": first})
    read_for_worries(house)
    clock.move(hours=2)
    say_and_send(house, case.child.consultation_id, {"questions": second})
    read_for_worries(house)
    deliver(house, adapter := Simulator())
    with house.db.writing() as s:
        worries = s.scalars(select(Worry).order_by(Worry.raised_at)).all()
        assert len(worries) == 2
        worries[0].closed_at = house.clock()
    went = []
    for _ in range(2):
        assert renew(house) == 1
        assert renew(house) == 0
        told = json.dumps(deliver(house, adapter)[-1])
        went.append((first in told, second in told))
        close(house)
    assert went == [(True, False), (True, True)]


def test_a_reader_that_is_broken_stops_no_record_and_lets_nothing_unread_out(
    house: House, case: Case, clock: SettableClock
) -> None:
    say_and_send(house, case.child.consultation_id, {"anything": "CANARY dogs", "chair": ("me", "")})
    clock.move(minutes=11)
    [first] = deliver(house, adapter := Simulator())
    assert "CANARY" not in json.dumps(first)
    assert renew(house) == 0
    read_for_worries(house)
    with house.db.reading() as s:
        assert set(s.scalars(select(Screening.state))) == {"clear"}
    assert renew(house) == 1
    assert "CANARY dogs" in json.dumps(deliver(house, adapter)[1])


def test_a_copy_says_by_nothing_that_anything_was_left_out() -> None:
    item = {"question": "held", "audience": "iro", "answer": {"choices": [], "rows": [], "words": "CANARY"}}
    rest = {"question": "other", "audience": "review", "answer": {"choices": [], "rows": [], "words": "fine"}}
    record: dict[str, Any] = {
        "audience": "iro", "set_aside": [], "attachments": [], "not_answered": [],
        "headings": [{"heading": "other", "items": [item]}, {"heading": "leisure", "items": [rest]}],
    }  # fmt: skip
    assert copy_without(record, ()) is record
    assert copy_without(record, {"held"}) == {
        **record, "audience": "review", "headings": [{"heading": "leisure", "items": [rest]}]
    }  # fmt: skip

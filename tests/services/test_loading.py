"""Loading reviews into the database: whole rows, once, and safely again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import row, write_lines
from webapp.services import loading
from webapp.services.access import make_link
from webapp.services.loading import LoadReport, link_staff, load_reviews
from webapp.services.loading_plan import plan_row
from webapp.store import (
    Base,
    Child,
    Consultation,
    Database,
    Involvement,
    LastDecision,
    Link,
    Person,
    Review,
    Staff,
    Vault,
)

NOW = dt.datetime(2027, 2, 1, 10, tzinfo=dt.UTC)


@dataclass
class Bench:
    """A database, keys, a clock and a folder for files."""

    db: Database
    vault: Vault
    clock: SettableClock
    folder: Path

    def load(self, *rows: dict[str, Any]) -> LoadReport:
        return load_reviews(
            self.db, self.vault, write_lines(self.folder / "in.jsonl", *rows), clock=self.clock
        )

    def count(self, table: type[Base]) -> int:
        with self.db.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        with self.db.reading() as session:
            return {
                name: sorted(map(tuple, session.execute(select(table))), key=repr)
                for name, table in Base.metadata.tables.items()
            }

    def involvement(self, person: str, child: str = "C-1") -> Involvement:
        with self.db.reading() as session:
            return session.scalars(
                select(Involvement)
                .join(Person, Person.id == Involvement.person_id)
                .join(Child, Child.id == Involvement.child_id)
                .where(Person.external_id == person, Child.external_id == child)
            ).one()


@pytest.fixture
def bench(database_url: str, clock: SettableClock, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(Database(database_url), Vault(b"m" * 32, b"l" * 32), clock, tmp_path)
    yield made
    made.db.close()


def told(report: LoadReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.refused)


def test_a_row_goes_in_whole(bench: Bench) -> None:
    assert told(bench.load(row())) == (1, 0, 0, 0)
    counts = [bench.count(table) for table in (Review, Child, Person, Involvement, LastDecision)]
    assert counts == [1, 1, 3, 3, 2]


def test_what_was_sealed_opens_at_its_own_place(bench: Bench) -> None:
    bench.load(row(people__0__called="Mum"))
    with bench.db.reading() as session:
        child = session.scalars(select(Child)).one()
        review = session.scalars(select(Review)).one()
    key = bench.vault.key(child.key, f"child:{child.id}")
    assert key.open(child.known_as, f"child.known_as:{child.id}") == "Maya"
    assert key.open_some(child.birth_date, f"child.birth_date:{child.id}") == "2016-05-04"
    assert key.open_some(review.place, f"review.place:{review.id}") == "At home"
    assert json.loads(key.open_some(child.known_fact, f"child.known_fact:{child.id}")) == {
        "kind": "birthday",
        "value": "04-05",
    }
    carer = bench.involvement("P-2")
    with bench.db.reading() as session:
        person = session.get_one(Person, carer.person_id)
    reach = json.loads(
        bench.vault.key(person.key, f"person:{person.id}").open_some(
            carer.reach, f"involvement.reach:{carer.id}"
        )
    )
    assert (reach["way"], reach["phone"]) == ("sms", "+447700900123")
    assert carer.phone_hash == bench.vault.lookup("phone", "+447700900123")


def test_nothing_personal_is_stored_in_clear(bench: Bench) -> None:
    bench.load(row(child__communication="blinks", child__plan="Long-term fostering", child__speaks="Igbo"))
    stored = repr(bench.everything())
    for words in (
        "Maya",
        "Okafor",
        "Grace",
        "blinks",
        "fostering",
        "Igbo",
        "Gull",
        "SX2",
        "900123",
        "Nan",
        "2016-",
    ):
        assert words not in stored


def test_a_time_is_kept_in_utc(bench: Bench) -> None:
    bench.load(row(review__held_at="2027-07-02T16:00", review__window_end="2027-07-20"))
    with bench.db.reading() as session:
        assert session.scalar(select(Review.held_at)) == dt.datetime(2027, 7, 2, 15, tzinfo=dt.UTC)


def test_loading_twice_changes_nothing(bench: Bench) -> None:
    rows = [row(), row(review__id="R-2"), row(review__id="R-3", child__id="C-3")]
    assert told(bench.load(*rows)) == (3, 0, 0, 0)
    before = bench.everything()
    assert told(bench.load(*rows)) == (0, 0, 3, 0)
    assert bench.everything() == before


def test_white_space_and_the_order_of_keys_are_no_change(bench: Bench) -> None:
    bench.load(row())
    turned = dict(reversed(row().items()))
    (bench.folder / "again.jsonl").write_text(json.dumps(turned, indent=None, separators=(" ,", " :  ")))
    report = load_reviews(bench.db, bench.vault, bench.folder / "again.jsonl")
    assert told(report) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"review__held_at": "2027-03-03T16:00"},
        {"child__placement": "connected"},
        {"people__1__reach__phone": "07700 900999"},
        {"review__last_decisions__0__text": "Swimming on Mondays"},
    ],
)
def test_a_changed_row_updates_and_makes_no_second_anything(bench: Bench, change: dict[str, Any]) -> None:
    bench.load(row())
    tables = (Review, Child, Person, Involvement, LastDecision)
    before = [bench.count(table) for table in tables]
    assert told(bench.load(row(**change))) == (0, 1, 0, 0)
    assert [bench.count(table) for table in tables] == before
    assert told(bench.load(row(**change))) == (0, 0, 1, 0)


def test_decisions_that_stay_keep_their_ids_and_those_that_go_are_gone(bench: Bench) -> None:
    bench.load(row())
    with bench.db.reading() as session:
        before = {one.external_id: one.id for one in session.scalars(select(LastDecision))}
    decisions = [{"id": "D-9", "text": "A bigger desk"}, {"id": "D-2", "text": "See Nan every week"}]
    bench.load(row(review__last_decisions=decisions))
    with bench.db.reading() as session:
        after = {one.external_id: one.id for one in session.scalars(select(LastDecision))}
    assert set(after) == {"D-9", "D-2"}
    assert after["D-2"] == before["D-2"]


def test_people_of_the_same_name_stay_two(bench: Bench) -> None:
    bench.load(row(people__1__name="Grace Okafor"))
    assert bench.count(Person) == 3


def test_one_person_may_be_in_two_cases_with_what_they_may_know_kept_apart(bench: Bench) -> None:
    other = row(review__id="R-2", child__id="C-2", people__1__may_know_address=False)
    bench.load(row(), other)
    assert bench.count(Person) == 3
    assert bench.involvement("P-2", "C-1").may_know_address
    assert not bench.involvement("P-2", "C-2").may_know_address


def test_a_person_who_is_no_longer_named_is_ended_and_comes_back_when_named_again(bench: Bench) -> None:
    bench.load(row())
    without = row()
    del without["people"][0]
    bench.load(without)
    assert bench.involvement("P-1").ended_at == bench.clock()
    assert bench.count(Involvement) == 3
    first_end = bench.clock()
    bench.clock.move(days=1)
    bench.load(row(people__2__name="Somebody New") | {"people": without["people"]})
    assert bench.involvement("P-1").ended_at == first_end
    bench.load(row(review__place="School"))
    assert bench.involvement("P-1").ended_at is None


def test_a_person_whose_role_changes_has_a_new_part_and_the_old_one_ends(bench: Bench) -> None:
    bench.load(row())
    bench.load(row(people__1__role="previous_carer"))
    with bench.db.reading() as session:
        parts = session.execute(
            select(Involvement.role, Involvement.ended_at.is_(None))
            .join(Person, Person.id == Involvement.person_id)
            .where(Person.external_id == "P-2")
        ).all()
    assert sorted(map(tuple, parts)) == [("carer_foster", False), ("previous_carer", True)]


def test_the_social_worker_is_among_the_people_even_where_the_row_lists_none(bench: Bench) -> None:
    data = row()
    del data["people"][2]
    bench.load(data)
    worker = bench.involvement("S-9")
    assert (worker.role, worker.must_attend, worker.consulted) == ("social_worker", True, False)


def test_a_review_never_moves_to_another_child(bench: Bench) -> None:
    bench.load(row())
    before = bench.everything()
    report = bench.load(row(child__id="C-2"))
    assert [(each.line, each.field) for each in report.refused] == [(1, "child.id")]
    assert bench.everything() == before


def test_a_bad_row_is_refused_and_the_good_ones_go_in(bench: Bench) -> None:
    report = bench.load(row(), row(review__id="R-2", child__sex="?"), row(review__id="R-3"))
    assert told(report) == (2, 0, 0, 1)
    (refusal,) = report.refused
    assert loading.in_words(refusal) == (
        "in.jsonl:2: child.sex: must be one of: 'female', 'male', 'other' or 'not_known'"
    )


def test_progress_is_told_after_every_row_refused_ones_too(bench: Bench) -> None:
    heard: list[int] = []
    path = write_lines(bench.folder / "in.jsonl", row(), {}, row(review__id="R-3"))
    load_reviews(bench.db, bench.vault, path, progress=heard.append)
    assert heard == [1, 2, 3]


def test_stopping_in_the_middle_leaves_whole_reviews_and_the_next_load_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(review__id=f"R-{number}", child__id=f"C-{number}") for number in range(4)]
    real = loading._silence

    def stop_at_the_third(*args: Any) -> None:
        if bench.count(Review) == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(loading, "_silence", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        bench.load(*rows)
    assert (bench.count(Review), bench.count(Child), bench.count(LastDecision)) == (2, 2, 4)
    monkeypatch.setattr(loading, "_silence", real)
    assert told(bench.load(*rows)) == (2, 0, 2, 0)


def test_two_loads_at_once_make_one_of_everything(bench: Bench) -> None:
    """The other load writes after this one has looked up what is there."""
    between = write_lines(bench.folder / "other.jsonl", row(review__id="R-2"))
    calls: list[int] = []

    def other_load_first(*_: Any) -> None:
        if not calls:
            calls.append(1)
            load_reviews(bench.db, bench.vault, between)

    def planned(*args: Any) -> Any:
        plan = plan_row(*args)
        other_load_first()
        return plan

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.services.loading.plan_row", planned)
        assert told(bench.load(row())) == (1, 0, 0, 0)
    assert (bench.count(Child), bench.count(Person), bench.count(Review)) == (1, 3, 2)


def asked(bench: Bench, person: str | None) -> str:
    """A consultation with a live link for a person, or for the child; gives its id."""
    with bench.db.writing() as session:
        review = session.scalars(select(Review).where(Review.external_id == "R-1")).one()
        involvement = bench.involvement(person).id if person else None
        consultation = Consultation(
            review_id=review.id,
            child_id=review.child_id,
            involvement_id=involvement,
            respondent=involvement or review.child_id,
            booklets="x",
            who="parent" if person else "child",
            due_on=dt.date(2027, 2, 1),
            closes_on=dt.date(2027, 3, 1),
            state="asked",
        )
        session.add(consultation)
        session.flush()
        make_link(session, bench.vault, consultation.id, NOW, NOW + dt.timedelta(days=60))
        return consultation.id


def alive(bench: Bench, consultation_id: str) -> bool:
    with bench.db.reading() as session:
        return (
            session.scalars(select(Link).where(Link.consultation_id == consultation_id)).one().revoked_at
            is None
        )


@pytest.mark.parametrize(
    ("change", "mum", "carer", "child"),
    [
        ({"review__place": "School"}, True, True, True),
        ({"people__0__no_contact": True}, False, True, True),
        ({"people__1__hold": "moved"}, True, False, True),
        ({"people__0__id": "P-77"}, False, True, True),
        ({"child__hold": "missing"}, False, False, False),
    ],
)
def test_links_die_with_a_role_a_hold_and_no_contact(
    bench: Bench, change: dict[str, Any], mum: bool, carer: bool, child: bool
) -> None:
    bench.load(row())
    consultations = [asked(bench, "P-1"), asked(bench, "P-2"), asked(bench, None)]
    bench.load(row(**change))
    assert [alive(bench, each) for each in consultations] == [mum, carer, child]


def add_staff(bench: Bench, external_id: str) -> str:
    with bench.db.writing() as session:
        staff = Staff(external_id=external_id, username=external_id, name="x", roles="iro", key=b"x")
        session.add(staff)
        session.flush()
        return staff.id


def test_reviews_are_joined_to_staff_accounts_before_and_after_loading(bench: Bench) -> None:
    iro = add_staff(bench, "S-1")
    bench.load(row())
    worker = add_staff(bench, "S-9")
    with bench.db.writing() as session:
        link_staff(session)
    with bench.db.reading() as session:
        assert session.execute(select(Review.iro_id, Review.social_worker_id)).one() == (iro, worker)


def test_what_is_looked_up_does_not_grow_with_the_rows(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(review__id=f"R-{number}", child__id=f"C-{number % 9}") for number in range(27)]
    bench.load(*rows)
    queries: list[str] = []
    event.listen(bench.db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    assert told(bench.load(*rows)) == (0, 0, 27, 0)
    assert len([query for query in queries if "SELECT" in query]) <= 8


def test_a_run_that_forgets_what_it_knew_still_writes_one_of_each(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "AT_ONCE", 1)
    monkeypatch.setattr("webapp.services.loading_known.CHILDREN_AT_MOST", 0)
    rows = [row(review__id=f"R-{number}", child__id=f"C-{number % 2}") for number in range(6)]
    assert told(bench.load(*rows)) == (6, 0, 0, 0)
    assert (bench.count(Child), bench.count(Person), bench.count(Involvement)) == (2, 3, 6)

"""Papers for many in one press: each with a code of its own, kept sealed, and one that fails holds nobody up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.documents.tagged import Tagged
from tests.fixtures.cases import load_rows
from tests.fixtures.clocks import SettableClock
from tests.fixtures.printing import print_what_waits
from tests.fixtures.staff import make_worker
from tests.review.incoming_rows import row
from webapp.documents.booklet_pdf import NotMadeError, Part
from webapp.house import House
from webapp.messaging.letter import TO_PRINT, PrintQueue
from webapp.services import access, inviting, jobs, printing_bulk
from webapp.services.jobs import Seen
from webapp.services.printing_bulk import NobodyError, Wanted
from webapp.services.sending import print_letter, send_due
from webapp.services.staff import SignedIn
from webapp.store import Audit, Consultation, Involvement, JobFile, Link, Message, Person

AT = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
ADDRESS = {"way": "letter", "address": ["2 Quay", "SX1 1AA"]}


@pytest.fixture
def una(house: House) -> SignedIn:
    made = make_worker(house, "una", "unit", "Una Moss")
    return SignedIn(made.id, made.username, made.name, "unit", "", AT, AT)


def of(number: int, **changes: Any) -> dict[str, Any]:
    """A child with a mum of their own, both asked by letter."""
    made: dict[str, Any] = {
        "review__id": f"R-{number}", "child__id": f"C-{number}", "people__0__id": f"M-{number}",
        "people__0__reach": ADDRESS, "people__1__consulted": False,
    }  # fmt: skip
    return row(**{**made, **changes})


@pytest.fixture
def waiting(house: House, tmp_path: Path) -> House:
    """Four letters that wait to be printed."""
    load_rows(house, tmp_path, [of(1, child__format="large_print"), of(2, people__0__language="cy")])
    send(house)
    return house


def send(house: House) -> None:
    send_due(
        house.db, house.vault, house.authority, house.settings, house.booklets, {"letter": PrintQueue()}, house.clock
    )  # fmt: skip


def start(house: House, una: SignedIn, **wanted: Any) -> str:
    with house.db.writing() as s:
        return printing_bulk.start(s, house.vault, house.clock(), una, Wanted(**wanted))


def seen(house: House, job_id: str) -> Seen:
    with house.db.reading() as s:
        found = jobs.seen(s, house.vault, job_id, "print")
    assert found is not None
    return found


def pdf(house: House, una: SignedIn, job_id: str, position: int = 1) -> Tagged:
    with house.db.writing() as s:
        found = printing_bulk.take(s, house.vault, house.clock(), una, seen(house, job_id), position)
    assert found is not None
    return Tagged(found)


def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """No typesetter: how many papers each file would have had."""
    made: list[int] = []

    def papers(parts: Sequence[Part], _: str) -> bytes:
        made.append(len(parts))
        return b"%PDF"

    monkeypatch.setattr(printing_bulk, "papers_pdf", papers)
    return made


def live_codes(house: House) -> int:
    with house.db.reading() as s:
        return len(s.scalars(select(Link.id).where(Link.revoked_at.is_(None))).all())


def test_each_letter_is_tagged_in_its_language_and_size_with_a_code_that_works_and_counts_as_printed(
    waiting: House, una: SignedIn
) -> None:
    house = waiting
    job_id = start(house, una)
    assert print_what_waits(house) == 4
    job = seen(house, job_id)
    assert (job.state, job.counts, len(job.files), job.files[0].people) == ("done", {"printed": 4}, 1, 4)
    made = pdf(house, una, job_id)
    assert len([h for level, h in made.headings() if level == 1]) == 4
    codes = [word for word in made.text.split() if len(word) == 11 and word[5] == "-" and word.isupper()]
    assert len(set(codes)) == 4 == live_codes(house)
    with house.db.reading() as s:
        for code in codes:
            access.find_link(s, house.vault, house.clock(), code=access.read_code(code))
        assert TO_PRINT not in s.scalars(select(Message.provider_id)).all()
        assert set(s.scalars(select(Consultation.state).where(Consultation.asked_at.is_not(None)))) == {
            "asked"
        }
        actions = s.scalars(select(Audit.action).where(Audit.actor == f"staff:{una.id}")).all()
    assert actions.count("print_letter") == 4
    assert "print_in_bulk" in actions
    assert "fetch_file" in actions
    large = next(e for e in made.elements if e.tag == "Figure")
    assert large.alt
    assert print_what_waits(house) == 0


def test_a_file_is_sealed_for_whoever_asked_for_it_and_erased_after_a_day(
    waiting: House, una: SignedIn, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = waiting
    quick(monkeypatch)
    job_id = start(house, una)
    print_what_waits(house)
    other = make_worker(house, "ulf", "unit")
    ulf = SignedIn(other.id, other.username, other.name, "unit", "", AT, AT)
    with house.db.writing() as s:
        assert printing_bulk.take(s, house.vault, house.clock(), ulf, seen(house, job_id), 1) is None
        assert b"%PDF" not in s.scalars(select(JobFile.sealed)).one()
    clock.move(hours=24)
    with house.db.writing() as s:
        assert printing_bulk.take(s, house.vault, house.clock(), una, seen(house, job_id), 1) is None, (
            "its time is over, though nobody erased it yet"
        )
    clock.move(hours=1)
    jobs.forget(house.db, house.clock())
    assert seen(house, job_id).files == ()
    assert seen(house, job_id).counts == {"printed": 4}


def test_who_may_not_be_asked_and_what_cannot_be_set_are_listed_and_the_others_go_on(
    waiting: House, una: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = waiting
    made = quick(monkeypatch)
    job_id = start(house, una)
    with house.db.writing() as s:
        mum = select(Person.id).where(Person.external_id == "M-1").scalar_subquery()
        s.execute(update(Involvement).where(Involvement.person_id == mum).values(no_contact=True))
    papers: Any = vars(printing_bulk)["papers_pdf"]

    def not_large(parts: Sequence[Part], title: str) -> bytes:
        if any(part.data["style"] == "large" for part in parts):
            raise NotMadeError
        return bytes(papers(parts, title))

    monkeypatch.setattr(printing_bulk, "papers_pdf", not_large)
    print_what_waits(house)
    assert seen(house, job_id).counts == {"printed": 2, "failed": 2}
    with house.db.reading() as s:
        failed = [
            (one.child_external_id, one.who, one.reason)
            for one in printing_bulk.failed_of(s, house.vault, job_id)
        ]
        still = s.scalars(select(Message.id).where(Message.provider_id == TO_PRINT)).all()
    assert sorted(failed) == [("C-1", "child", "not_made"), ("C-1", "parent", "no_contact")]
    assert len(still) == 2, "what was not printed still waits"
    assert made[-1] == 2


def test_stopped_after_a_file_it_goes_on_with_the_rest_and_prints_nobody_twice(
    waiting: House, una: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = waiting
    made = quick(monkeypatch)
    monkeypatch.setattr(printing_bulk, "PER_FILE", 1)
    job_id = start(house, una)
    with house.db.writing() as s:
        assert jobs.stop(s, house.clock(), una, job_id)
    print_what_waits(house)
    assert (seen(house, job_id).state, seen(house, job_id).done) == ("stopped", 1)
    assert print_what_waits(house) == 0
    with house.db.writing() as s:
        assert printing_bulk.go_on(s, house.clock(), una, job_id)
        assert not printing_bulk.go_on(s, house.clock(), una, job_id)
    assert print_what_waits(house) == 3
    assert (made, live_codes(house)) == ([1, 1, 1, 1], 4)
    assert [file.position for file in seen(house, job_id).files] == [1, 2, 3, 4]


def test_a_worker_that_dies_between_code_and_paper_leaves_no_code_behind(
    waiting: House, una: SignedIn, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = waiting
    quick(monkeypatch)
    job_id = start(house, una)
    papers: Any = vars(printing_bulk)["papers_pdf"]

    def dies(parts: Sequence[Part], title: str) -> bytes:
        monkeypatch.setattr(printing_bulk, "papers_pdf", papers)
        clock.move(minutes=6)
        assert print_what_waits(house, "two") == 4
        return b"late"

    monkeypatch.setattr(printing_bulk, "papers_pdf", dies)
    print_what_waits(house, "one")
    assert (seen(house, job_id).counts, len(seen(house, job_id).files)) == ({"printed": 4}, 1)
    assert live_codes(house) == 4


def test_a_letter_that_a_colleague_printed_meanwhile_is_left_to_them(
    waiting: House, una: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = waiting
    quick(monkeypatch)
    job_id = start(house, una)
    with house.db.writing() as s:
        first = s.scalars(select(Message.id).order_by(Message.due_at, Message.id).limit(1)).one()
        print_letter(s, house.vault, house.authority, house.settings, first, house.clock(), "staff:other")
    print_what_waits(house)
    with house.db.reading() as s:
        assert [one.reason for one in printing_bulk.failed_of(s, house.vault, job_id)] == ["printed_since"]
    assert live_codes(house) == 4


def test_booklets_are_printed_for_the_week_the_silent_the_unreachable_and_a_list(
    house: House, una: SignedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = quick(monkeypatch)
    load_rows(house, tmp_path, [of(1), of(2, review__held_at="2027-03-10T10:00"), of(3)])
    inviting.plan(house.db, house.vault, house.authority, house.booklets, ("letter",), house.clock)
    with house.db.writing() as s:
        asked = list(s.scalars(select(Consultation).order_by(Consultation.review_id, Consultation.id)))
        for one in asked:
            one.due_on = dt.date(2027, 2, 3)
        asked[0].state, asked[1].state, asked[1].reason = "asked", "unreachable", "opted_out"
        asked[2].due_on = dt.date(2027, 2, 8)
    with house.db.reading() as s:
        counts = printing_bulk.counted(s, house.clock())
    assert counts == {"letters": 0, "week": 4, "silent": 1, "unreachable": 1}
    for whom, people in (("week", 4), ("silent", 1), ("unreachable", 1)):
        assert seen(house, start(house, una, what="booklets", whom=whom)).total == people
    job_id = start(house, una, what="booklets", whom="list", listed="R-2, C-3\nR-9", style="easy", more=True)
    assert seen(house, job_id).total == 4
    while print_what_waits(house):
        pass
    assert seen(house, job_id).counts == {"printed": 4}
    assert max(made) >= 4
    with pytest.raises(NobodyError):
        start(house, una, what="booklets", whom="list", listed="R-99 ; drop table")
    with pytest.raises(NobodyError):
        start(house, una)


def test_a_letter_and_its_booklets_go_together_with_one_code(waiting: House, una: SignedIn) -> None:
    house = waiting
    with house.db.writing() as s:
        others = select(Message.id).where(Message.provider_id == TO_PRINT).order_by(Message.id).offset(1)
        s.execute(
            update(Message).where(Message.id.in_(list(s.scalars(others)))).values(provider_id="elsewhere")
        )
    job_id = start(house, una, what="both")
    print_what_waits(house)
    made = pdf(house, una, job_id)
    assert len([h for level, h in made.headings() if level == 1]) >= 2
    codes = {word for word in made.text.split() if len(word) == 11 and word[5:6] == "-" and word.isupper()}
    assert len(codes) == 1 == live_codes(house)

"""A file of reviews: what it would change is told first, and only that happens; stopped, gone on with, never twice."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.fixtures.cases import load_rows
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import make_worker
from tests.review.incoming_rows import row
from webapp.house import House
from webapp.services import importing, jobs, loading
from webapp.services.importing import NotAFileError
from webapp.services.jobs import Seen
from webapp.services.staff import SignedIn
from webapp.store import Audit, Child, Involvement, Job, JobFile, JobItem, Person, Review

AT = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)


@pytest.fixture
def una(house: House) -> SignedIn:
    made = make_worker(house, "una", "unit", "Una Moss")
    return SignedIn(made.id, made.username, made.name, "unit", "", AT, AT)


def lines(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows).encode()


def of(number: int, **changes: Any) -> dict[str, Any]:
    """A review of a child of its own, with the same people."""
    return row(**{"review__id": f"R-{number}", "child__id": f"C-{number}", **changes})


def upload(house: House, una: SignedIn, content: bytes, name: str = "reviews.jsonl") -> str:
    with house.db.writing() as s:
        return importing.upload(s, house.vault, house.clock(), una, name, content)


def work(house: House, worker: str = "one") -> int:
    return importing.work_once(house.db, house.vault, house.clock, worker)


def press(house: House, what: Callable[..., bool], una: SignedIn, job_id: str) -> bool:
    with house.db.writing() as s:
        return what(s, house.clock(), una, job_id)


def seen(house: House, job_id: str) -> Seen:
    with house.db.reading() as s:
        found = jobs.seen(s, house.vault, job_id, "import")
    assert found is not None
    return found


def shown(house: House, job_id: str, state: str) -> list[Any]:
    job = seen(house, job_id)
    with house.db.reading() as s:
        return [
            r.shown for r in importing.rows_of(s, job.key, job_id, [state], job.counts.get(state, 0), 1).rows
        ]


def looked_through(house: House, una: SignedIn, content: bytes, name: str = "reviews.jsonl") -> str:
    job_id = upload(house, una, content, name)
    work(house)
    return job_id


def count(house: House, table: type[Any]) -> int:
    with house.db.reading() as s:
        return s.scalar(select(func.count()).select_from(table)) or 0


def test_what_would_change_is_told_and_nothing_changes_until_somebody_says_so(
    house: House, una: SignedIn, tmp_path: Path
) -> None:
    load_rows(house, tmp_path, [of(1), of(2), of(3)])
    changed = of(2, review__held_at="2027-03-04T10:00", people__0__no_contact=True)
    del changed["people"][1]
    content = lines(of(1), changed, of(4), {"review": {}}, of(5, child__id="C-1"), of(3, child__id="C-9"))
    job_id = looked_through(house, una, content)
    job = seen(house, job_id)
    assert (job.state, job.total) == ("ready", 6)
    assert job.counts == {"same": 1, "changed": 1, "new": 2, "refused": 2}
    (told,) = shown(house, job_id, "changed")
    assert ["", "held_at", "2027-03-02T16:00:00+00:00", "2027-03-04T10:00:00+00:00"] in told["changes"]
    assert ["Grace Okafor", "no_contact", None, True] in told["changes"]
    assert told["left"] == [["Lin Carter", "carer_foster"]]
    refused = shown(house, job_id, "refused")
    assert [4, "child", "is missing"] in refused[0]["problems"]
    assert refused[1]["problems"] == [[6, "child.id", "this review belongs to another child already"]]
    assert count(house, Review) == 3
    assert press(house, importing.take_in, una, job_id)
    assert not press(house, importing.take_in, una, job_id), "pressed twice is pressed once"
    work(house)
    job = seen(house, job_id)
    assert (job.state, job.files) == ("done", ()), "the file is gone once it is in"
    assert job.counts == {"same": 1, "updated": 1, "added": 2, "refused": 2}
    with house.db.reading() as s:
        held = s.scalar(select(Review.held_at).where(Review.external_id == "R-2"))
        assert held == dt.datetime(2027, 3, 4, 10, tzinfo=dt.UTC)
        actions = s.scalars(
            select(Audit.action).where(Audit.actor == f"staff:{una.id}").order_by(Audit.id)
        ).all()
    assert actions == ["upload_reviews", "take_in_reviews", *["import_review"] * 3]
    assert work(house) == 0


def test_a_review_that_changed_since_the_preview_is_not_taken_in_and_is_said(
    house: House, una: SignedIn, tmp_path: Path
) -> None:
    load_rows(house, tmp_path, [of(1), of(2)])
    newer = [of(1, review__held_at="2027-03-04T10:00"), of(2, review__held_at="2027-03-04T10:00")]
    job_id = looked_through(house, una, lines(*newer))
    load_rows(house, tmp_path, [of(2, child__hold="missing")])
    press(house, importing.take_in, una, job_id)
    work(house)
    assert seen(house, job_id).counts == {"updated": 1, "moved": 1}
    with house.db.reading() as s:
        assert s.scalar(select(Child.hold).where(Child.external_id == "C-2")) == "missing"
    assert press(house, importing.look_again, una, job_id)
    work(house)
    (told,) = shown(house, job_id, "changed")
    assert ["", "hold", "missing", "none"] in told["changes"], "and now it shows what it would undo"


def test_brothers_and_one_person_in_two_cases_are_as_the_preview_said(house: House, una: SignedIn) -> None:
    """What an earlier row of the same file does is part of what a later one finds."""
    again = of(1, review__id="R-8", people__0__name="Grace Okafor-Lee")
    job_id = looked_through(house, una, lines(of(1), of(2), again))
    assert seen(house, job_id).counts == {"new": 3}
    press(house, importing.take_in, una, job_id)
    work(house)
    assert seen(house, job_id).counts == {"added": 3}
    assert count(house, Person) == 3


CHANGES: tuple[dict[str, Any], ...] = (
    {"review__place": "At school"}, {"review__kind": "asked_for"}, {"review__window_end": "2027-03-21"},
    {"review__iro": "S-2"}, {"review__meeting_id": "M-1"}, {"review__last_decisions": []},
    {"review__social_worker": {"id": "S-9", "name": "Femi Adeyemi"}, "review__status": "postponed"},
    {"child__known_as": "May"}, {"child__language": "cy"}, {"child__plan": "stay"}, {"child__no_words": True},
    {"child__communication": "nods"}, {"child__unaccompanied": True}, {"child__speaks": "Welsh"},
    {"child__near_duty": {"name": "There", "phone": "01632 960001"}}, {"child__came_into_care": "2024-01-10"},
    {"child__reach": {"way": "email", "email": "m@example.org"}}, {"child__format": "easy_read"},
    {"child__known_fact": {"kind": "word", "value": "kite"}}, {"child__birth_date_assigned": True},
    {"people__0__called": "Mam"}, {"people__0__relation": "Your mam"}, {"people__0__name": "G Okafor"},
    {"people__0__may_know_address": True}, {"people__0__may_be_named": False}, {"people__0__format": "large_print"},
    {"people__1__known_fact": {"kind": "word", "value": "quay"}}, {"people__1__needs_interpreter": True},
    {"people__1__consulted": False}, {"people__1__hold": "moved"}, {"people__1__role": "carer_connected"},
)  # fmt: skip


def test_each_field_that_a_row_can_change_is_told_and_what_it_knows_at_the_door_is_not(
    house: House, una: SignedIn, tmp_path: Path
) -> None:
    def own(n: int, **changes: Any) -> dict[str, Any]:
        return of(n, **{"people__0__id": f"P-{n}", "people__1__id": f"Q-{n}", **changes})

    load_rows(house, tmp_path, [own(n) for n in range(len(CHANGES))])
    rows = [own(n, **change) for n, change in enumerate(CHANGES)]
    job_id = looked_through(house, una, lines(*rows))
    assert seen(house, job_id).counts == {"changed": len(CHANGES)}
    with house.db.reading() as s:
        held = seen(house, job_id)
        told = [
            r.shown
            for page in (1, 2)
            for r in importing.rows_of(s, held.key, job_id, ["changed"], 50, page).rows
        ]
    for change, one in zip(CHANGES, told, strict=True):
        said = len(one["changes"]) + len(one["joined"]) + len(one["left"])
        several = {"people__1__role": 2, "child__reach": 3}
        assert said == several.get(next(iter(change)), 1), change
    assert not {"kite", "quay", "harbour", "04-05"} & set(str(told).replace("'", " ").split())
    press(house, importing.take_in, una, job_id)
    work(house)
    with house.db.writing() as s:
        s.execute(update(Review).values(import_digest="forgotten"))
    again = looked_through(house, una, lines(*rows))
    assert set(seen(house, again).counts) == {"same"}, "what was taken in reads back as it was"


def test_stopped_it_keeps_what_is_done_and_goes_on_from_there(
    house: House, una: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = looked_through(house, una, lines(*(of(n) for n in range(5))))
    press(house, importing.take_in, una, job_id)
    load = loading.load_row

    def stop_at_three(*args: Any) -> None:
        if count(house, Review) == 2:
            press(house, jobs.stop, una, job_id)
        load(*args)

    monkeypatch.setattr(importing, "load_row", stop_at_three)
    work(house)
    assert seen(house, job_id).counts == {"added": 3, "new": 2}
    assert (seen(house, job_id).state, seen(house, job_id).done) == ("stopped", 3)
    monkeypatch.setattr(importing, "load_row", load)
    assert work(house) == 0, "a stopped one waits for a person"
    press(house, importing.take_in, una, job_id)
    work(house)
    assert seen(house, job_id).counts == {"added": 5}


def test_a_worker_that_dies_leaves_it_to_the_next_and_can_no_longer_write(
    house: House, una: SignedIn, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = looked_through(house, una, lines(*(of(n) for n in range(4))))
    press(house, importing.take_in, una, job_id)
    load = loading.load_row

    def dies(*args: Any) -> None:
        if count(house, Review) == 2:
            clock.move(minutes=6)
            monkeypatch.setattr(importing, "load_row", load)
            work(house, "two")
        load(*args)

    monkeypatch.setattr(importing, "load_row", dies)
    work(house, "one")
    assert seen(house, job_id).counts == {"added": 4}
    with house.db.reading() as s:
        taken = s.scalars(select(Audit.id).where(Audit.action == "import_review")).all()
    assert len(taken) == count(house, Review) == 4, "each once"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty"), ("a.csv", b"PK\x03\x04rest", "workbook"), ("a.xlsx", b"PK\x03\x04", "workbook"),
        ("a.csv", "review.id".encode("utf-16"), "utf16"), ("a.pdf", b"%PDF-1.7", "kind"), ("a", b"{}", "kind"),
        ("a.jsonl", b"{}\0", "kind"), ("a.json", b" [\n{}]", "list"),
        ("a.csv", b"x" * (importing.BYTES_AT_MOST + 1), "too_big"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_reviews_is_told_kindly(name: str, content: bytes, code: str) -> None:
    with pytest.raises(NotAFileError) as error:
        importing.checked(name, content)
    assert error.value.code == code


def test_bad_bytes_double_keys_and_formulas_refuse_their_own_line_or_stay_text(
    house: House, una: SignedIn
) -> None:
    formula = of(1, child__known_as="=HYPERLINK(1)", review__place="+cmd|' /C calc'!A0")
    twice = lines(of(2)).replace(b'"R-2"', b'"R-2", "id": "R-3"')
    content = lines(formula) + b'{"review": "\xff"}\n' + twice + b'{"review": 1e999}\n' + lines(of(4))
    job_id = looked_through(house, una, content)
    assert seen(house, job_id).counts == {"new": 2, "refused": 3}
    assert [one["problems"] for one in shown(house, job_id, "refused")] == [
        [[2, "line", "is not UTF-8 text"]], [[3, "id", "is given twice in one object"]],
        [[4, "line", "is a number that no field holds"]],
    ]  # fmt: skip
    assert shown(house, job_id, "new")[0]["name"] == "=HYPERLINK(1) Okafor"


def test_a_csv_with_a_misspelt_column_is_refused_with_its_name(house: House, una: SignedIn) -> None:
    content = b"review.id,child.id,person.id,person.nmae\nR-1,C-1,P-1,Grace\n"
    job_id = looked_through(house, una, content, "reviews.CSV")
    assert shown(house, job_id, "refused")[0]["problems"] == [
        [1, "person.nmae", "is not a column of the format"]
    ]


def test_a_file_that_nobody_takes_in_is_erased_after_a_day_and_the_rest_after_a_week(
    house: House, una: SignedIn, clock: SettableClock
) -> None:
    job_id = looked_through(house, una, lines(of(1)))
    clock.move(hours=25)
    assert jobs.forget(house.db, house.clock()) == 1
    assert (count(house, JobFile), seen(house, job_id).reason) == (0, "too_late")
    assert not press(house, importing.take_in, una, job_id)
    clock.move(days=7)
    jobs.forget(house.db, house.clock())
    assert (count(house, Job), count(house, JobItem), count(house, Involvement)) == (0, 0, 0)


def test_nothing_of_a_file_stands_in_clear(house: House, una: SignedIn) -> None:
    looked_through(house, una, lines(of(1)), "Maya Okafor.jsonl")
    with house.db.reading() as s:
        held = [
            *s.execute(select(Job.sealed)),
            *s.execute(select(JobItem.sealed)),
            *s.execute(select(JobFile.sealed)),
        ]
        s.execute(update(Job).values(key=b"x"))
    assert held
    assert not any(b"Okafor" in bytes(value) for (value,) in held)

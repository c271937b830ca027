"""Prepared statements: the same answers as SQLAlchemy's own, on the driver's connection; nothing kept by mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.fixtures.counting import statements
from webapp.store import Child, Consultation, Database, Note, Prepared, Review, Screening, new_id, table_of

MOMENT = dt.datetime(2027, 7, 1, 12, 30, 15, 123456, tzinfo=dt.timezone(dt.timedelta(hours=1)))
note, child, review = table_of(Note).c, table_of(Child).c, table_of(Review).c
ADD = Prepared(insert(table_of(Note)).inline(), columns=("name", "value", "at"))
ONE = Prepared(select(note.name, note.value, note.at).where(note.name == bindparam("called")))
RAISE = Prepared(
    update(table_of(Note))
    .where(note.name == bindparam("called"))
    .values(value=bindparam("new"))
    .returning(note.value)
)
TYPED = Prepared(
    select(child.key, child.birth_year, review.window_start, review.held_at, review.iro_id)
    .join_from(table_of(Review), table_of(Child), child.id == review.child_id)
    .where(review.id == bindparam("of"), child.hold == "none")
)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def review_id(db: Database) -> str:
    child_id, review_id = new_id(), new_id()
    with db.writing() as s:
        s.add(
            Child(
                id=child_id, external_id="C-1", key=b"\0\xff", birth_year=2015, sex="female", given_name=b"g",
                family_name=b"f", known_as=b"k", known_fact=b"x", legal_status="care_order", placement="foster",
            )
        )  # fmt: skip
        s.flush()
        s.add(
            Review(
                id=review_id, external_id="R-1", child_id=child_id, kind="later", held_at=MOMENT,
                window_start=dt.date(2027, 7, 1), window_end=dt.date(2027, 8, 1), iro_external_id="S-1",
            )
        )  # fmt: skip
    return review_id


def test_what_was_kept_plainly_is_there_for_everyone(db: Database) -> None:
    with db.keeping() as plain:
        ADD.run(plain, name="one", value="1", at=MOMENT)
    with db.reading() as session:
        assert session.get_one(Note, "one").at == MOMENT


def test_a_row_reads_the_same_plainly_and_through_a_session(db: Database, review_id: str) -> None:
    with db.looking() as plain:
        found = TYPED.first(plain, of=review_id)
    with db.reading() as session:
        assert tuple(TYPED.first(session, of=review_id)) == tuple(found)
    assert (found.key, found.birth_year, found.window_start, found.held_at, found.iro_id) == (
        b"\0\xff", 2015, dt.date(2027, 7, 1), MOMENT, None,
    )  # fmt: skip
    assert found.held_at.tzinfo == dt.UTC


def test_what_a_change_returns_is_given(db: Database) -> None:
    with db.keeping() as plain:
        ADD.run(plain, name="one", value="1", at=MOMENT)
        assert RAISE.first(plain, called="one", new="2").value == "2"
        assert RAISE.first(plain, called="none", new="2") is None
        assert ONE.all(plain, called="none") == []


def test_an_error_takes_all_of_it_back(db: Database) -> None:
    def fail() -> None:
        with db.keeping() as plain:
            ADD.run(plain, name="one", value="1", at=MOMENT)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with db.looking() as plain:
        assert ONE.first(plain, called="one") is None


def test_looking_keeps_nothing(db: Database) -> None:
    with db.looking() as plain:
        ADD.run(plain, name="one", value="1", at=MOMENT)
    with db.looking() as plain:
        assert ONE.first(plain, called="one") is None


def test_the_driver_s_errors_are_sqlalchemy_s_and_quote_no_value(db: Database) -> None:
    with db.keeping() as plain:
        ADD.run(plain, name="one", value="1", at=MOMENT)
    with pytest.raises(IntegrityError) as raised, db.keeping() as plain:
        ADD.run(plain, name="one", value="canary", at=MOMENT)
    assert isinstance(raised.value, DBAPIError)
    assert "canary" not in str(raised.value)
    with db.looking() as plain:
        assert ONE.first(plain, called="one").value == "1"


def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(ValueError, match="naive"), db.keeping() as plain:
        ADD.run(plain, name="one", value="1", at=MOMENT.replace(tzinfo=None))


def test_a_missing_value_is_refused_and_a_default_is_not_guessed(db: Database) -> None:
    short = Prepared(insert(table_of(Screening)).inline(), columns=("response_id", "question_id", "version"))
    with db.keeping() as plain:
        with pytest.raises(KeyError):
            ONE.all(plain)
        with pytest.raises(ValueError, match="names all its values"):
            short.run(plain, response_id="r", question_id="q", version=1)


def test_whoever_counts_statements_sees_these_too(db: Database) -> None:
    with statements(db) as seen, db.looking() as plain:
        ONE.first(plain, called="one")
        ONE.first(plain, called="two")
    assert len(seen) == 2


def test_a_list_of_values_is_no_single_value(db: Database) -> None:
    """An IN with a list needs SQLAlchemy's own way: better an error at once than a wrong answer."""
    several = Prepared(select(table_of(Consultation).c.id).where(table_of(Consultation).c.id.in_(["a", "b"])))
    with pytest.raises(DBAPIError), db.looking() as plain:
        several.all(plain)

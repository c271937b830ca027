"""The right key or no start; a new key without losing anything (threats.md F18)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from config import Settings, SettingsError
from tests.fixtures.clocks import SettableClock
from tests.fixtures.houses import a_key
from webapp.house import build
from webapp.services import keys
from webapp.store import Child, Database, Note, Person, SealBroken, Staff, Vault
from webapp.store.sealing import KEY_ID

OLD, NEW, OTHER, LOOKUP = (secrets.token_bytes(32) for _ in range(4))
OLD_VAULT, NEW_VAULT, BOTH = Vault(OLD, LOOKUP), Vault(NEW, LOOKUP), Vault(NEW, LOOKUP, (OLD,))


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def add(db: Database, vault: Vault, numbers: range) -> None:
    with db.writing() as session:
        for n in numbers:
            child_key, wrapped = vault.new_key(f"child:{n:032}")
            names = {
                name: child_key.seal(f"Maya{n}", f"child.{name}:{n:032}")
                for name in ("given_name", "family_name", "known_as")
            }
            session.add(
                Child(id=f"{n:032}", external_id=f"C{n}", key=wrapped, birth_year=2016, sex="female",
                      legal_status="care_order", placement="foster", **names)
            )  # fmt: skip
            person_key, wrapped = vault.new_key(f"person:{n:032}")
            name = person_key.seal(f"Mum{n}", f"person.name:{n:032}")
            session.add(Person(id=f"{n:032}", external_id=f"P{n}", key=wrapped, name=name))
        number = numbers.start
        session.add(
            Staff(id=f"{number:032}", username=f"u{number}", name="x", roles="iro",
                  key=vault.new_key(f"staff:{number:032}")[1])
        )  # fmt: skip


def names(db: Database, vault: Vault) -> set[str]:
    with db.reading() as session:
        return {
            vault.key(child.key, f"child:{child.id}").open(child.known_as, f"child.known_as:{child.id}")
            for child in session.scalars(select(Child))
        }


def wrapped_by(db: Database) -> set[bytes]:
    with db.reading() as session:
        return {key[:KEY_ID] for table in keys.OWNERS.values() for key in session.scalars(select(table.key))}


def test_a_change_of_keys_loses_nothing_and_leaves_nothing_with_the_old_one(
    db: Database, clock: SettableClock
) -> None:
    add(db, OLD_VAULT, range(5))
    assert keys.rotate(db, BOTH, clock) == 11
    assert names(db, NEW_VAULT) == {f"Maya{n}" for n in range(5)}
    assert wrapped_by(db) == {NEW_VAULT.current}
    assert keys.rotate(db, BOTH, clock) == 0


def test_it_goes_in_batches_tells_how_far_it_is_and_goes_on_where_it_was_stopped(
    db: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "BATCH", 3)
    add(db, OLD_VAULT, range(10))
    told: list[tuple[int, int]] = []

    class Stopped(Exception):
        pass

    def stop_after_two(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        keys.rotate(db, BOTH, clock, stop_after_two)
    assert told == [(3, 21), (6, 21)]
    assert wrapped_by(db) == {OLD_VAULT.current, NEW_VAULT.current}
    assert names(db, BOTH) == {f"Maya{n}" for n in range(10)}
    assert keys.rotate(db, BOTH, clock) == 15
    assert names(db, NEW_VAULT) == {f"Maya{n}" for n in range(10)}


def test_a_key_that_another_process_makes_meanwhile_with_the_old_one_is_caught(
    db: Database, clock: SettableClock
) -> None:
    add(db, OLD_VAULT, range(2))
    added = False

    def add_meanwhile(done: int, total: int) -> None:
        nonlocal added
        if not added:
            added = True
            add(db, OLD_VAULT, range(50, 52))

    keys.rotate(db, BOTH, clock, add_meanwhile)
    assert wrapped_by(db) == {NEW_VAULT.current}
    assert len(names(db, NEW_VAULT)) == 4


def test_a_key_that_nothing_opens_stops_it_and_is_left_as_it_was(db: Database, clock: SettableClock) -> None:
    add(db, Vault(OTHER, LOOKUP), range(1))
    with pytest.raises(SealBroken, match="child:0"):
        keys.rotate(db, BOTH, clock)
    assert names(db, Vault(OTHER, LOOKUP)) == {"Maya0"}


@pytest.mark.parametrize("with_note", [True, False])
def test_the_wrong_master_key_is_refused(db: Database, clock: SettableClock, with_note: bool) -> None:
    add(db, OLD_VAULT, range(1))
    if with_note:
        with db.writing() as session:
            keys.remember(session, OLD_VAULT, clock())
    keys.check(db, OLD_VAULT)
    keys.check(db, BOTH)
    with pytest.raises(SettingsError, match="MASTER_KEY"):
        keys.check(db, NEW_VAULT)


def test_the_wrong_lookup_key_is_refused(db: Database, clock: SettableClock) -> None:
    with db.writing() as session:
        keys.remember(session, OLD_VAULT, clock())
    with pytest.raises(SettingsError, match="LOOKUP_KEY"):
        keys.check(db, Vault(OLD, OTHER))


def test_one_councils_keys_open_and_find_nothing_of_anothers(db: Database, clock: SettableClock) -> None:
    """One installation serves one authority: neither its database, nor a link, nor a mark works at another (A8)."""
    theirs = Vault(OTHER, secrets.token_bytes(32))
    add(db, OLD_VAULT, range(1))
    with db.writing() as session:
        keys.remember(session, OLD_VAULT, clock())
    with pytest.raises(SettingsError):
        keys.check(db, theirs)
    with pytest.raises(SealBroken):
        names(db, theirs)
    for kind in ("link", "code", "visit", "staff_visit", "staff_setup", "phone"):
        assert OLD_VAULT.lookup(kind, "the very same") != theirs.lookup(kind, "the very same")
    assert theirs.marked("form", OLD_VAULT.mark("form", "0" * 32)) is None


def test_until_all_is_changed_the_former_key_is_asked_for_and_then_no_more(
    db: Database, clock: SettableClock
) -> None:
    add(db, OLD_VAULT, range(3))
    with db.writing() as session:
        keys.remember(session, OLD_VAULT, clock())

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        keys.rotate(db, BOTH, clock, stop)
    with pytest.raises(SettingsError):
        keys.check(db, NEW_VAULT)
    keys.rotate(db, BOTH, clock)
    keys.check(db, NEW_VAULT)
    with pytest.raises(SettingsError):
        keys.check(db, OLD_VAULT)


def test_an_empty_or_unmade_database_takes_any_key(empty_database_url: str, db: Database) -> None:
    unmade = Database(empty_database_url)
    keys.check(unmade, OLD_VAULT)
    unmade.close()
    keys.check(db, OLD_VAULT)


def test_the_house_does_not_start_with_the_wrong_key_and_writes_nothing(
    settings: Settings, clock: SettableClock
) -> None:
    right = build(settings, clock)
    with right.db.writing() as session:
        keys.remember(session, right.vault, clock())
    right.db.close()
    wrong = settings.model_copy(update={"master_key": a_key()})
    with pytest.raises(SettingsError, match="MYREVIEW_MASTER_KEY"):
        build(wrong, clock)
    with right.db.reading() as session:
        assert [row.name for row in session.scalars(select(Note))] == [keys.NOTE]
    right.db.close()


@pytest.mark.parametrize("name", ["master_key", "lookup_key", "secret_key"])
def test_a_missing_or_short_key_stops_the_start_and_names_itself(settings: Settings, name: str) -> None:
    for value in ("", "c2hvcnQ=", "not base64 !" * 9):
        with pytest.raises(ValueError, match=f"MYREVIEW_{name.upper()}"):
            Settings.model_validate({**settings.model_dump(), name: value})

"""A secret of their own: fair, counted, reset by staff, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case, invite
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Worker
from tests.services.coming_in import give, opened, say, set_secret, standing
from webapp.house import House
from webapp.services import limits, own_secret
from webapp.services.access import Closed, TooOften, Wrong
from webapp.store import Audit, Consultation, Staff


def test_wrong_secrets_are_counted_and_in_the_audit_trail(
    house: House, case: Case, clock: SettableClock
) -> None:
    first = opened(house, case.child)
    say(house, case.child, first, "4-5")
    set_secret(house, case.child, first)
    second = opened(house, case.child)
    say(house, case.child, second, "4-5")
    for _ in range(5):
        with pytest.raises(Wrong):
            give(house, case.child, second, "1234")
    with pytest.raises(TooOften):
        give(house, case.child, second, "4821")
    assert not standing(house, second).own
    with house.db.reading() as s:
        noted = s.scalars(select(Audit.actor).where(Audit.action == "wrong_secret")).all()
        asked = s.get_one(Consultation, case.child.consultation_id)
        who = own_secret.tries_of(house.vault, asked.secret_of or "")
        assert limits.wrong_tries(s, clock(), "secret", who) == 5
    assert noted == [f"visit:{second.visit_id}"] * 5


def test_twenty_wrong_secrets_in_a_month_close_the_door_until_staff_reset_it(
    house: House, case: Case, clock: SettableClock, unit_worker: Worker
) -> None:
    visit = opened(house, case.child)
    say(house, case.child, visit, "4-5")
    set_secret(house, case.child, visit)
    for _ in range(4):
        for _ in range(5):
            with pytest.raises(Wrong):
                give(house, case.child, visit, "1234")
        clock.move(minutes=15)
    clock.move(days=1)
    with pytest.raises(TooOften):
        give(house, case.child, visit, "4821")
    with house.db.writing() as s:
        asked = s.get_one(Consultation, case.child.consultation_id)
        own_secret.reset_secret(s, house.vault, asked, s.get_one(Staff, unit_worker.id), clock())
    with pytest.raises(Closed):
        opened(house, case.child)
    fresh = invite(house, case.child.consultation_id)
    again = opened(house, fresh)
    say(house, fresh, again, "4-5")
    set_secret(house, fresh, again, value="7766")
    assert standing(house, again).own
    assert not standing(house, visit).open


@pytest.mark.parametrize(
    "kind, value",
    [("pin", "123"), ("pin", "123456789"), ("pin", "1111"), ("pin", "12a4"), ("pin", "4821\n"), ("pin", ""),
     ("pictures", "sun moon"), ("pictures", "sun sun moon"), ("pictures", "sun moon star tree"),
     ("pictures", "sun moon dragon"), ("word", "4821")],
)  # fmt: skip
def test_a_secret_that_is_not_fair_is_refused(house: House, case: Case, kind: str, value: str) -> None:
    visit = opened(house, case.child)
    say(house, case.child, visit, "4-5")
    with pytest.raises(Wrong):
        set_secret(house, case.child, visit, kind, value)
    assert not standing(house, visit).own


def test_pictures_open_in_any_order_and_a_number_from_any_keyboard(house: House, case: Case) -> None:
    visit = opened(house, case.child)
    say(house, case.child, visit, "4-5")
    set_secret(house, case.child, visit, "pictures", "sun kite fish")
    give(house, case.child, visit, "fish sun kite")
    assert own_secret.read_pin(" ٤٨ ２1 ") == "4821"


def test_the_same_number_of_two_people_is_kept_as_two_different_hashes(house: House, case: Case) -> None:
    for who, fact in ((case.child, "4-5"), (case.parent, "sx23bb")):
        visit = opened(house, who)
        say(house, who, visit, fact)
        set_secret(house, who, visit)
    with house.db.reading() as s:
        hashes = s.scalars(
            select(Consultation.secret_hash).where(Consultation.secret_hash.is_not(None))
        ).all()
    assert len(set(hashes)) == 2
    assert not any("4821" in (kept or "") for kept in hashes)


def test_a_second_tab_cannot_set_another_secret(house: House, case: Case) -> None:
    visit = opened(house, case.child)
    say(house, case.child, visit, "4-5")
    set_secret(house, case.child, visit)
    with pytest.raises(Closed):
        set_secret(house, case.child, visit, value="9988")
    give(house, case.child, visit, "4821")

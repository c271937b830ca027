"""Coming in by link, fact and secret: what opens, what is counted, what looks the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.fixtures.cases import Case, Invited, invite
from tests.fixtures.clocks import SettableClock
from tests.services.coming_in import opened, say, set_secret, standing
from webapp.house import House
from webapp.services import access
from webapp.services.access import Closed, TooOften, Unclear, Wrong
from webapp.store import Child, Consultation, Involvement, Link, Visit


def revoke(s: Session, who: Invited, now: dt.datetime) -> None:
    access.revoke_links(s, who.consultation_id, now)


def expire(s: Session, who: Invited, now: dt.datetime) -> None:
    s.execute(update(Link).where(Link.consultation_id == who.consultation_id).values(expires_at=now))


def stop(s: Session, who: Invited, now: dt.datetime) -> None:
    s.execute(update(Consultation).where(Consultation.id == who.consultation_id).values(state="stopped"))


def hold_child(s: Session, who: Invited, now: dt.datetime) -> None:
    s.execute(update(Child).values(hold="missing"))


def hold_role(s: Session, who: Invited, now: dt.datetime) -> None:
    own = select(Consultation.involvement_id).where(Consultation.id == who.consultation_id).scalar_subquery()
    s.execute(update(Involvement).where(Involvement.id == own).values(hold="bereaved"))


def end_role(s: Session, who: Invited, now: dt.datetime) -> None:
    own = select(Consultation.involvement_id).where(Consultation.id == who.consultation_id).scalar_subquery()
    s.execute(update(Involvement).where(Involvement.id == own).values(ended_at=now))


def forbid_contact(s: Session, who: Invited, now: dt.datetime) -> None:
    own = select(Consultation.involvement_id).where(Consultation.id == who.consultation_id).scalar_subquery()
    s.execute(update(Involvement).where(Involvement.id == own).values(no_contact=True))


Change = Callable[[Session, Invited, dt.datetime], None]
ENDINGS: list[Change] = [revoke, expire, stop, hold_child, hold_role, end_role, forbid_contact]


@pytest.mark.parametrize("end", ENDINGS)
def test_a_link_that_is_over_opens_nothing_by_token_or_code(house: House, case: Case, end: Change) -> None:
    opened(house, case.parent)
    with house.db.writing() as s:
        end(s, case.parent, house.clock())
    with house.db.reading() as s:
        with pytest.raises(Closed):
            access.find_link(s, house.vault, house.clock(), token=case.parent.token)
        with pytest.raises(Closed):
            access.find_link(s, house.vault, house.clock(), code=case.parent.code)


@pytest.mark.parametrize("end", [end for end in ENDINGS if end is not expire])
def test_a_visit_shows_and_keeps_nothing_once_its_person_is_stopped(
    house: House, case: Case, end: Change
) -> None:
    visit = opened(house, case.parent)
    say(house, case.parent, visit, "sx2 3bb")
    set_secret(house, case.parent, visit)
    assert standing(house, visit).own
    with house.db.writing() as s:
        end(s, case.parent, house.clock())
    assert not standing(house, visit).open


def test_tokens_and_codes_are_kept_only_as_keyed_hashes(house: House, case: Case) -> None:
    with house.db.reading() as s:
        kept = s.scalars(select(Link)).all()
    text = " ".join(f"{link.token_hash} {link.code_hash}" for link in kept)
    assert case.child.token not in text
    assert case.child.code not in text
    assert house.vault.lookup("token", case.child.token) in text


def test_tokens_have_128_bits_and_codes_no_vowels_or_look_alikes(house: House, case: Case) -> None:
    made = [invite(house, case.child.consultation_id) for _ in range(20)]
    assert all(len(m.token) >= 22 for m in made)
    assert all(len(m.code) == 10 and not set(m.code) & set("AEIOU01SZL5") for m in made)
    assert len({m.token for m in made} | {m.code for m in made}) == 40


def test_the_sixth_wrong_fact_is_refused_even_if_it_is_right(
    house: House, case: Case, clock: SettableClock
) -> None:
    visit = opened(house, case.child)
    for _ in range(5):
        with pytest.raises(Wrong):
            say(house, case.child, visit, "5-5")
    with pytest.raises(TooOften):
        say(house, case.child, visit, "4-5")
    clock.move(minutes=15)
    say(house, case.child, visit, "4-5")
    assert standing(house, visit).row.stage == "known"


def test_a_new_link_does_not_give_new_tries_at_the_fact(house: House, case: Case) -> None:
    for _ in range(5):
        with pytest.raises(Wrong):
            say(house, case.child, opened(house, case.child), "5-5")
    other = invite(house, case.child.consultation_id)
    with pytest.raises(TooOften):
        say(house, other, opened(house, other), "4-5")


def test_a_right_fact_does_not_wipe_the_day_s_count(house: House, case: Case, clock: SettableClock) -> None:
    visit = opened(house, case.child)
    for _ in range(5):
        for _ in range(3):
            with pytest.raises(Wrong):
                say(house, case.child, visit, "5-5")
        clock.move(minutes=15)
    with pytest.raises(TooOften) as told:
        say(house, case.child, visit, "4-5")
    assert told.value.seconds > 3600


@pytest.mark.parametrize(
    "said", ["4-5", "04.05.", "4/5", "4 May", "4th of may", "the 4th May", "٤-٥", "4-5-2016"]
)
def test_a_birthday_may_be_said_as_people_say_it(house: House, case: Case, said: str) -> None:
    visit = opened(house, case.child)
    say(house, case.child, visit, said)
    assert standing(house, visit).row.stage == "known"


@pytest.mark.parametrize(
    "said", ["30-2", "30 February", "5-13", "0-5", "4-", "-", "", "May-", "1e400-5", "²-³"]
)
def test_what_is_no_day_of_any_year_is_asked_again_and_not_counted(
    house: House, case: Case, said: str
) -> None:
    visit = opened(house, case.child)
    for _ in range(6):
        with pytest.raises(Unclear):
            say(house, case.child, visit, said)
    say(house, case.child, visit, "4-5")


def test_month_before_day_is_not_taken_for_the_birthday(house: House, case: Case) -> None:
    with pytest.raises(Wrong):
        say(house, case.child, opened(house, case.child), "5-4")


def test_29_february_is_a_birthday() -> None:
    assert access.same_fact("birthday", "29-2") == "29-02"
    for said in ("4 Mai", "4 o Fai", "4 مئی", "۴ مئی", "4 مايو", "04/05"):
        assert access.same_fact("birthday", said) == "04-05"


@pytest.mark.parametrize("said", ["SX2 3BB", "sx23bb", " sx2-3bb "])
def test_a_postcode_may_be_typed_with_any_gaps_and_case(house: House, case: Case, said: str) -> None:
    visit = opened(house, case.parent)
    say(house, case.parent, visit, said)
    assert standing(house, visit).row.stage == "known"


def test_a_visit_rests_after_its_idle_time_and_is_over_after_a_day(
    house: House, case: Case, clock: SettableClock
) -> None:
    visit = opened(house, case.child)
    assert not standing(house, visit).resting
    clock.move(minutes=30)
    assert standing(house, visit).resting
    assert standing(house, visit).open
    clock.move(hours=23, minutes=30)
    assert not standing(house, visit).open


def test_a_clock_put_right_by_ten_minutes_locks_nobody_out_and_lets_nobody_in(
    house: House, case: Case, clock: SettableClock
) -> None:
    clock.move(minutes=10)
    late = invite(house, case.child.consultation_id)
    visit = opened(house, late)
    say(house, late, visit, "4-5")
    set_secret(house, late, visit)
    clock.move(minutes=-10)
    assert standing(house, visit).own
    clock.move(minutes=39)
    assert standing(house, visit).own
    clock.move(minutes=2)
    assert not standing(house, visit).own
    with house.db.reading() as s:
        expires = s.scalars(
            select(Link.expires_at).where(Link.token_hash == house.vault.lookup("token", late.token))
        )
        clock.set(expires.one())
        with pytest.raises(Closed):
            access.find_link(s, house.vault, clock(), token=late.token)


def test_the_cookie_of_a_visit_is_kept_only_as_a_hash(house: House, case: Case) -> None:
    visit = opened(house, case.child)
    with house.db.reading() as s:
        assert s.scalars(select(Visit.token_hash)).all() == [house.vault.lookup("visit", visit.token)]

"""Steps of coming in, as the web takes them: a wrong try is committed too."""

from __future__ import annotations

import datetime as dt

from tests.fixtures.cases import Invited
from webapp.house import House
from webapp.services import access, own_secret, visits
from webapp.services.access import TooOften, Unclear, Wrong

IDLE = dt.timedelta(minutes=30)


def opened(house: House, who: Invited) -> access.Opened:
    """A visit through this person's link, at its first stage."""
    with house.db.writing() as s:
        link = access.find_link(s, house.vault, house.clock(), token=who.token)
        return access.begin(s, house.vault, link, house.clock())


def say(house: House, who: Invited, visit: access.Opened, fact: str) -> None:
    """The one thing they know. Raises what the service raises."""
    wrong: Exception | None = None
    with house.db.writing() as s:
        try:
            access.say_fact(s, house.vault, visit.visit_id, who.consultation_id, fact, house.clock())
        except (Wrong, TooOften, Unclear) as error:
            wrong = error
    if wrong:
        raise wrong


def set_secret(
    house: House, who: Invited, visit: access.Opened, kind: str = "pin", value: str = "4821"
) -> None:
    """A secret of their own."""
    with house.db.writing() as s:
        own_secret.set_secret(
            s, house.vault, house.booklets, visit.visit_id, who.consultation_id, kind, value, house.clock()
        )


def give(house: House, who: Invited, visit: access.Opened, value: str) -> None:
    """The secret again. Raises what the service raises."""
    wrong: Exception | None = None
    with house.db.writing() as s:
        try:
            own_secret.give_secret(s, house.vault, visit.visit_id, who.consultation_id, value, house.clock())
        except (Wrong, TooOften) as error:
            wrong = error
    if wrong:
        raise wrong


def standing(house: House, visit: access.Opened, booklet_id: str = "my_review_my_choice") -> visits.Standing:
    """Where the visit stands now, in this booklet."""
    with house.db.reading() as s:
        found = visits.find(s, house.vault, visit.token, house.clock(), IDLE, booklet_id)
    assert found is not None
    return found

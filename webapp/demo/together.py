"""What a made-up social worker, officer and Review Unit have between them: people to check, work that was passed on, a
talk that was typed.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.clock import today
from webapp.demo.playing import Asked, play
from webapp.house import House
from webapp.review.deciding import Chosen, Wish
from webapp.review.incoming import Reach
from webapp.services import checking, checking_people, deciding, deciding_desk, mailing, statutory_talk
from webapp.services.checking import OwnReview
from webapp.services.checking_people import Verdict
from webapp.services.statutory_talk import Told
from webapp.store import Review, Staff

WORKER = "worker"
ADDS = (
    {"name": "Mr Okoro", "who": "my football coach", "come": "yes"},
    {"name": "Jean next door", "who": "She lived next to us", "come": "yes"},
)
REACHED = Reach(way="email", email="jean@example.org")
SAID = Told(
    others="Jean, who used to live next door",
    where="Not the office. Somewhere with a garden.",
    not_where="School, everyone would see.",
    when="Not on Thursdays, that is swimming.",
)
SORTED = frozenset(["where", "how", "help", "when"])
"""Kinds of wishes that somebody else can arrange."""


def work_together(house: House, free: Sequence[Asked], rng: random.Random) -> None:
    """Two children of the demo's social worker answer and add somebody: one is still to be checked, one is."""
    with house.db.reading() as session:
        worker = session.scalar(select(Staff.id).where(Staff.username == WORKER))
        own = select(Review.external_id, Review.id).where(
            Review.social_worker_id == worker, Review.iro_id.is_not(None), Review.status == "planned"
        )
        reviews = dict(session.execute(own).all())
    children = [one for one in free if one.who == "child" and one.review in reviews and not one.person]
    if worker is None:
        return
    for number, (one, added) in enumerate(zip(children, ADDS, strict=False)):
        play(house, one, rng, adds=added)
        with house.db.writing() as session:
            _pass_on(house, session, reviews[one.review])
            found = checking.own_review(session, house.vault, worker, reviews[one.review], lock=True)
            if found is not None and number:
                _check(house, session, worker, found)


def _pass_on(house: House, session: Session, review_id: str) -> None:
    """The officer agrees to what may be agreed, and passes the first two things on: to the unit, to the worker."""
    iro = session.get_one(Review, review_id).iro_id
    desk = deciding_desk.desk(session, house.vault, iro or "", review_id, lock=True)
    if desk is None:
        return
    fitting = [wish for wish in desk.rest() if wish.kind in SORTED and wish.audience != "iro"][:2]
    chosen = dict(_agreed(wish, to) for wish, to in zip(fitting, ("unit", "social_worker"), strict=False))
    deciding.decide(session, house.vault, house.takers, desk, chosen, iro or "", house.clock())


def _agreed(wish: Wish, to: str) -> tuple[str, Chosen]:
    return wish.key, Chosen("agreed", passed_to=to, was=wish.digest)


def _check(house: House, session: Session, worker: str, own: OwnReview) -> None:
    now = house.clock()
    for key in checking_people.added(session, house.vault, own.review.id):
        said = Verdict("may_be_asked", "Known to us: an old neighbour of the family.", REACHED)
        checking_people.check_added(session, house.vault, now, worker, own, key, said)
    standing = mailing.standing(session, own.key, own.review.id, own.child.id)
    mailing.confirm(session, now, worker, own, standing.version)
    day = today(house.clock) - dt.timedelta(days=6)
    statutory_talk.keep(session, now, worker, own, day, SAID)

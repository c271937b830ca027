"""Everything that says whether somebody may be invited to one review: gathered anew for each press and each message.

The child's wishes and what was decided about them, what the other children of the meeting said, what the case system
says of each person, and what the social worker checked.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booklet.records import Choice
from webapp.review import guests as rules
from webapp.review.asking import Place, child_stopped
from webapp.review.deciding import Wish
from webapp.review.guests import Barred, Candidate, Meeting, Said
from webapp.services import checking, officers_words
from webapp.services import deciding_desk as desks
from webapp.services.deciding_desk import WhenAndWhere
from webapp.services.looking_screening import held_back
from webapp.services.recipients import case_of
from webapp.services.talk_wishes import with_talks
from webapp.services.whose import open_to
from webapp.store import Child, Involvement, Key, Person, Review, Staff, Vault

WORST: tuple[Said, ...] = ("no", "not_sure", "yes", "")


@dataclass(frozen=True, slots=True)
class Card:
    """The child's own invitation card: the picture they chose, and their words."""

    picture: str
    label: str
    words: str
    language: str = ""
    """Of the booklet in which they were typed; empty on a card that was kept before this was."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person who might come, with all that asking them needs."""

    key: str
    """As of their wish: who:PERSON, or a digest of the name of somebody whom the child added."""
    name: str
    """Their own name, as staff know it; as the child typed it where the child added them."""
    called: str
    """What the child calls them."""
    role: str
    relation: str
    involvement_id: str | None
    language: str
    reach: Mapping[str, Any]
    known_fact: bool
    """There is one thing that they are asked before their page shows anything."""
    knows_address: bool
    may_be_named: bool
    candidate: Candidate
    decision_id: str = ""
    bar: Barred | None = None
    """Why nothing may go to them now."""
    proposed: bool = False
    format: str = "standard"
    """What they need on paper, as the case system says."""
    held: bool = False
    """The child typed their name, and their officer is not shown it for now."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One review with everybody who might come."""

    review: Review
    child: Child
    key: Key
    """The child's."""
    known_as: str
    meeting: Meeting
    settled: WhenAndWhere | None
    people: dict[str, Somebody]
    card: Card | None

    @property
    def standing(self) -> WhenAndWhere | None:
        """When and where, where it still holds: not where the review is over, nor where the case system has another
        day since.
        """
        at = self.settled
        over = self.review.status in ("held", "cancelled")
        return at if at is not None and not over and self.review.held_at == at.at else None


@dataclass
class _Gathered:
    """What was read, before it is put together by person."""

    said: dict[str, Said] = field(default_factory=dict)
    decided: dict[str, tuple[rules.Decided, str]] = field(default_factory=dict)
    """By key: the decision in force, and its id."""
    others: dict[str, list[rules.Decided | None]] = field(default_factory=dict)
    """By person: what was decided about the no of each other child of the meeting."""
    added: dict[str, Wish] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    held: frozenset[str] = frozenset()
    """Questions whose words the officer is not shown for now."""

    def say(self, key: str, said: Said, decided: tuple[rules.Decided, str] | None) -> None:
        """Where somebody was spoken of twice, the stricter word holds, with what was decided about it."""
        before = self.said.get(key, "")
        if WORST.index(said) < WORST.index(before):
            self.said[key] = said
            self.decided.pop(key, None)
            if decided:
                self.decided[key] = decided


def facts(
    session: Session, vault: Vault, review_id: str, today: dt.date, *, iro_id: str | None = None, lock: bool = False
) -> Facts | None:  # fmt: skip
    """All of one review; with `iro_id` only where it is this officer's. Ten queries at most, and four for each other
    child of the meeting. `lock` holds the review until the commit.
    """
    wanted = select(Review, Child).join(Child, Child.id == Review.child_id).where(Review.id == review_id)
    if iro_id is not None:
        wanted = wanted.where(open_to(iro_id))
    row = session.execute(wanted.with_for_update(of=Review) if lock else wanted).first()
    if row is None:
        return None
    review, child = row.Review, row.Child
    key = vault.key(child.key, f"child:{child.id}")
    found = _Gathered()
    card = _own_wishes(session, vault, key, review, found)
    _others(session, vault, review, found)
    rows = _rows(session, child.id)
    meeting = _meeting(key, child, review, today, rows, found)
    checked = checking.checks(session, key, review.id)
    listed = list(_people(session, vault, review, rows, checked, found))
    people = {one.key: _judged(meeting, one) for one in _with_shared(listed)}
    known_as = key.open(child.known_as, f"child.known_as:{child.id}")
    return Facts(review, child, key, known_as, meeting, desks.settled(session, key, review.id), people, card)


def _own_wishes(session: Session, vault: Vault, key: Key, review: Review, found: _Gathered) -> Card | None:
    """What the child last sent, and what holds of what was decided."""
    menus = [record for _, record in desks.menus_of(session, vault, [review.id])]
    found.wishes = with_talks(session, key, review.id, menus)
    if menus:
        found.held = frozenset(asked for _, asked in held_back(session, [review.id]).answers)
    held = _in_force(session, key, review.id, found.wishes)
    for wish in found.wishes:
        if wish.kind != "who":
            continue
        found.say(own_key(wish), cast(Said, wish.come), held.get(wish.key))
        if not wish.person:
            found.added[wish.key] = wish
    for name in ("people_words", "brothers_sisters"):
        for wish in found.wishes:
            if name in (wish.kind, wish.question) and wish.key in held:
                found.decided[wish.key] = held[wish.key]
    cards = [(card, record.language) for record in menus for card in record.wishes.card]
    if cards and cards[0][0].question in found.held:
        return None  # the officer may not read it now, and it goes to others
    return _card(cards[0][0].choices, cards[0][0].words, cards[0][1]) if cards else None


def place_in_theirs(session: Session, vault: Vault, facts: Facts, one: Somebody, place: str) -> str:
    """The place in the language that this person is written to in; empty where nobody translated it."""
    own = officers_words.theirs(session, vault, facts.key, facts.child.id, one.language, [place], adult=True)
    return own(place)


def own_key(wish: Wish) -> str:
    """The key of the person whom this wish is about, however many wishes are."""
    return f"who:{wish.person}" if wish.in_a_talk else wish.key


def _card(choices: Iterable[Choice], words: str, language: str) -> Card | None:
    """The card, unless the child wants none."""
    picture = next(iter(choices), None)
    if picture is not None and picture.id == "no_card":
        return None
    bare = picture is None or picture.id == "none"
    return Card(
        "" if bare or picture is None else picture.id, "" if bare or picture is None else picture.label, words,
        language,
    )  # fmt: skip


def _in_force(
    session: Session, key: Key, review_id: str, wishes: Iterable[Wish]
) -> dict[str, tuple[rules.Decided, str]]:
    """The decisions that hold for what is asked now, by the wish's key."""
    now = {wish.key: wish.digest for wish in wishes}
    return {
        one.key: (rules.Decided(one.outcome, one.told_at is not None), one.id)
        for one in desks.decisions(session, key, review_id)
        if now.get(one.key) == one.digest
    }


def _others(session: Session, vault: Vault, review: Review, found: _Gathered) -> None:
    """Whom the other children of this meeting said no to. Whoever their officer is, it is one meeting."""
    if not review.meeting_external_id:
        return
    rows = session.execute(
        select(Review.id, Child.id.label("child_id"), Child.key)
        .join(Child, Child.id == Review.child_id)
        .where(
            Review.meeting_external_id == review.meeting_external_id, Review.id != review.id,
            Review.status.not_in(("cancelled", "held")),
        )
    )  # fmt: skip
    for row in rows.all():
        key = vault.key(row.key, f"child:{row.child_id}")
        wishes = desks.wishes_of(session, vault, key, row.id)
        refused = [wish for wish in wishes if wish.refused and wish.person]
        if not refused:
            continue
        held = _in_force(session, key, row.id, wishes)
        for wish in refused:
            decided = held.get(wish.key)
            found.others.setdefault(wish.person, []).append(decided[0] if decided else None)


def _rows(session: Session, child_id: str) -> list[Any]:
    return list(
        session.execute(
            select(Involvement, Person)
            .join(Person, Person.id == Involvement.person_id)
            .where(Involvement.child_id == child_id)
            .order_by(Involvement.role, Involvement.id)
        )
    )


def _meeting(
    key: Key, child: Child, review: Review, today: dt.date, rows: Iterable[Any], found: _Gathered
) -> Meeting:
    adopters = any(row.Involvement.role == "adopter" and row.Involvement.ended_at is None for row in rows)
    case = case_of(key, child, review, today, adopters=adopters)
    words = rules.words_about_people(found.wishes)
    return Meeting(
        status=review.status,
        child_stopped=child_stopped(case) is not None,
        adoption=case.adoption,
        words_undecided=words is not None and words.key not in found.decided,
        words_held=words is not None and words.question in found.held,
    )


def _people(
    session: Session, vault: Vault, review: Review, rows: Iterable[Any], checked: list[checking.Checked],
    found: _Gathered,
) -> Iterator[Somebody]:  # fmt: skip
    by_person: dict[str, list[Any]] = {}
    person_of = {row.Involvement.id: row.Person.external_id for row in rows}
    for row in rows:
        by_person.setdefault(row.Person.external_id, []).append(row)
    for one in checked:  # somebody added who is in the case already
        if one.key in found.added and one.outcome == "same_as" and one.involvement_id in person_of:
            wish = found.added.pop(one.key)
            found.say(
                f"who:{person_of[one.involvement_id]}", cast(Said, wish.come), found.decided.get(one.key)
            )
    may_not = {one.involvement_id for one in checked if not one.key and one.outcome == "may_not"}
    work_email = _work_email(session, review)
    for person, own in by_person.items():
        made = _in_the_case(vault, person, own, found)
        if person == review.social_worker_external_id and not made.reach and work_email:
            made = replace(made, reach={"way": "email", "email": work_email})
        if may_not & {row.Involvement.id for row in own}:
            made = replace(made, candidate=replace(made.candidate, checked="may_not"))
        yield made
    by_key = {one.key: one for one in checked if one.key}
    for key, wish in found.added.items():
        yield _added(key, wish, by_key.get(key), found)


def _work_email(session: Session, review: Review) -> str:
    if review.social_worker_id is None:
        return ""
    return session.scalar(select(Staff.email).where(Staff.id == review.social_worker_id)) or ""


def _in_the_case(vault: Vault, person: str, rows: list[Any], found: _Gathered) -> Somebody:
    """Somebody with one or more places in the case: all of them count."""
    key = f"who:{person}"
    live = [row.Involvement for row in rows if row.Involvement.ended_at is None]
    places = [row.Involvement for row in rows]
    own: Person = rows[0].Person
    opens = vault.key(own.key, f"person:{own.id}")
    first = next((one for one in live if one.reach), (live or places)[0])
    reach = opens.open_some(first.reach, f"involvement.reach:{first.id}")
    said, decided = _said(key, live, found)
    name = opens.open(own.name, f"person.name:{own.id}")
    return Somebody(
        key=key, name=name, called=opens.open_some(first.called, f"involvement.called:{first.id}") or name,
        role=first.role, relation=opens.open_some(first.relation, f"involvement.relation:{first.id}"),
        involvement_id=first.id, language=own.language, reach=json.loads(reach) if reach else {},
        known_fact=first.known_fact is not None,
        knows_address=all(one.may_know_address and one.may_know_school for one in live),
        may_be_named=all(one.may_be_named for one in live),
        candidate=Candidate(
            said=said, decided=decided[0] if decided else None, places=tuple(cast(Place, one) for one in places),
            refused_by_others=tuple(found.others.get(person, ())), must_attend=any(one.must_attend for one in live),
        ),
        decision_id=decided[1] if decided else "", format=own.format,
    )  # fmt: skip


def _said(
    key: str, live: Iterable[Involvement], found: _Gathered
) -> tuple[Said, tuple[rules.Decided, str] | None]:
    """What the child said of them; to want no brothers and sisters there is a no to each who wasn't said yes to."""
    said = found.said.get(key, "")
    alone = rules.refuses_siblings(found.wishes)
    if alone is not None and said != "yes" and any(place.role == "sibling" for place in live):
        return "no", found.decided.get(key) if said == "no" else found.decided.get(alone.key)
    return said, found.decided.get(key)


def _added(key: str, wish: Wish, check: checking.Checked | None, found: _Gathered) -> Somebody:
    """Somebody whom the child added, and who has no place in the case."""
    decided = found.decided.get(key)
    outcome = check.outcome if check and check.outcome in ("may_be_asked", "may_not") else ""
    relation = wish.said.rows[0].words if wish.said.rows else ""
    return Somebody(
        key=key, name=wish.name, called=wish.name, role="", relation=relation, involvement_id=None, language="en",
        reach=dict(check.reach) if check else {}, known_fact=False, knows_address=False, may_be_named=True,
        candidate=Candidate(
            said=cast(Said, wish.come), decided=decided[0] if decided else None, checked=cast(Any, outcome)
        ),
        decision_id=decided[1] if decided else "", held=wish.question in found.held,
    )  # fmt: skip


def _with_shared(listed: list[Somebody]) -> Iterator[Somebody]:
    """Marks whoever has the mailbox, the phone or the name of somebody whom a child said no to."""
    refused = [one for one in listed if rules.refused(one.candidate)]
    for one in listed:
        theirs = [other for other in refused if other.key != one.key]
        shared = any(_mailboxes(one) & _mailboxes(other) for other in theirs)
        named = one.involvement_id is None and any(
            rules.same_name(one.name, name) for other in theirs for name in (other.name, other.called)
        )
        yield (
            replace(one, candidate=replace(one.candidate, shares_address=shared or named))
            if shared or named
            else one
        )


def _mailboxes(one: Somebody) -> frozenset[str]:
    """What messages reach: an email address or a phone number, in one form."""
    phone = "".join(filter(str.isdigit, str(one.reach.get("phone") or "")))[-10:]
    found = (str(one.reach.get("email") or "").strip().casefold(), phone)
    return frozenset(each for each in found if each)


def _judged(meeting: Meeting, one: Somebody) -> Somebody:
    return replace(
        one, bar=rules.barred(meeting, one.candidate), proposed=rules.proposed(meeting, one.candidate)
    )


def own(session: Session, iro_id: str, review_id: str) -> bool:
    """Whether this review is this officer's, or open to them."""
    wanted = select(Review.id).where(Review.id == review_id, open_to(iro_id))
    return session.scalar(wanted) is not None

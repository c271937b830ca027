"""Who is invited to a meeting, who never is, and what each is told, once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case, load_rows, make_case
from tests.fixtures.cases import invite as run_invited
from tests.fixtures.deciding import a_person, ask, decide, ref, tell
from tests.fixtures.guests import (
    AT,
    Post,
    answer,
    bars,
    facts_of,
    guest,
    invite,
    ready,
    settle,
    states,
    told_first,
)  # fmt: skip
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Worker
from tests.review.incoming_rows import row
from webapp.booklet.wishes import schemas
from webapp.clock import today
from webapp.house import House
from webapp.services import checking, guests, outbox
from webapp.store import (
    Announcement,
    Audit,
    Child,
    Consultation,
    Involvement,
    PersonCheck,
    new_id,
)

MUM, LIN, FEMI, PHIL = "Mum", "Lin Carter", "Femi Adeyemi", "Uncle Phil"


@pytest.fixture
def post(house: House) -> Post:
    return Post(house)


def change(house: House, role: str, **values: Any) -> None:
    """The case system says something else of this person."""
    with house.db.writing() as s:
        s.execute(update(Involvement).where(Involvement.role == role).values(**values))


def test_agreed_people_are_invited_by_their_own_way_and_the_one_who_was_added_waits(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case)
    assert bars(house, case) == {
        MUM: "refused", LIN: None, FEMI: None, PHIL: "waits_check",
    }  # fmt: skip
    proposed = {one.called for one in facts_of(house, case).people.values() if one.proposed}
    assert proposed == {LIN, FEMI}
    assert invite(house, iro, case, LIN, FEMI, PHIL) == 3
    assert post.send() == 1
    assert states(house, case) == {LIN: "invited", FEMI: "to_invite", PHIL: "waits_check"}
    assert guest(house, case, FEMI).reason == "way_none"
    assert [one.to for one in post.sms.taken] == ["+447700900123"]
    assert invite(house, iro, case, LIN, PHIL) == 0, "pressed twice, nothing changes"
    assert post.send() == 0


def test_a_refused_person_is_invited_only_by_a_decision_and_once_the_child_was_told(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case)
    with pytest.raises(guests.Refused, match="refused"):
        invite(house, iro, case, MUM)
    decide(house, iro, case, "who:P-1", "not_possible", reason="She has a right to be there. You sit apart.")
    with pytest.raises(guests.Refused, match="tell_first"):
        invite(house, iro, case, MUM)
    tell(house, iro, case)
    assert not facts_of(house, case).people["who:P-1"].proposed, "nobody who was refused is ticked beforehand"
    invite(house, iro, case, MUM)
    assert post.send() == 1
    assert [one.to for one in post.email.taken] == ["grace@example.org"]
    with house.db.reading() as s:
        actions = s.scalars(select(Audit.action).where(Audit.action.startswith("invited_guest"))).all()
    assert actions == ["invited_guest_all_the_same"]


def test_what_does_not_say_that_they_come_overrides_nothing(house: House, case: Case, iro: Worker) -> None:
    ready(house, iro, case)
    for outcome in ("agreed", "asked_for"):
        decide(house, iro, case, "who:P-1", outcome)
        tell(house, iro, case)
        assert bars(house, case)[MUM] == "refused"


def test_words_about_who_comes_hold_every_invitation_until_somebody_decided_on_them(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case, who_words="")
    invite(house, iro, case, LIN)
    people = {ref(house, "carer_foster"): a_person("yes")}
    ask(house, case, who=({"people": people, "added": []}, "please not Lin after all"))
    assert set(bars(house, case).values()) == {"words_undecided"}
    assert post.send() == 0
    assert guest(house, case, LIN).reason == "words_undecided"


def test_a_no_to_brothers_and_sisters_is_a_no_to_each_of_them(
    house: House, iro: Worker, tmp_path: Path
) -> None:
    sibling = {
        "id": "P-7", "name": "Kai Okafor", "relation": "Your brother", "role": "sibling", "consulted": False,
        "may_attend": True, "may_know_address": True, "may_know_school": True, "may_be_named": True,
        "reach": {"way": "email", "email": "kai@example.org"},
    }  # fmt: skip
    case = make_case(house, tmp_path, {"people": [*row()["people"], sibling]})
    iro_of(house)
    ready(house, iro, case, brothers_sisters=(["own"], ""))
    assert bars(house, case)["Kai Okafor"] == "refused"


def iro_of(house: House) -> None:
    """The reviews find their officer anew."""
    from webapp.services.loading import link_staff

    with house.db.writing() as s:
        link_staff(s)


def test_a_mailbox_shared_with_a_refused_person_gets_nothing(
    house: House, iro: Worker, tmp_path: Path
) -> None:
    shared = row(people__1__reach={"way": "email", "email": "Grace@Example.org"})
    case = make_case(house, tmp_path, {"people": shared["people"]})
    iro_of(house)
    ready(house, iro, case)
    assert bars(house, case)[LIN] == "shares_address"
    told_first(house, iro, case)
    assert bars(house, case)[LIN] is None, "once the refused person is let in, nothing is kept from them"


@pytest.mark.parametrize(
    ("name", "email", "then"),
    [
        ("Uncle Phil", "phil@example.org", None),
        ("grace okafor", "phil@example.org", "shares_address"),
        ("Uncle Phil", "grace@example.org", "shares_address"),
    ],
)
def test_somebody_added_is_invited_once_checked_unless_they_are_who_was_refused(
    house: House, case: Case, iro: Worker, post: Post, name: str, email: str, then: str | None
) -> None:
    people = {ref(house, "parent"): a_person("no")}
    added = [{"name": name, "who": "", **a_person("yes")}]
    ready(house, iro, case, who=({"people": people, "added": added}, ""))
    decide(
        house, iro, case, "who:+", "changed", instead="We ask them", reason="We ask your social worker first."
    )
    invite(house, iro, case, name)
    assert post.send() == 0
    checked(house, iro, case, name, email)
    assert bars(house, case)[name] == then
    assert post.send() == (0 if then else 1)


def checked(house: House, iro: Worker, case: Case, name: str, email: str) -> None:
    """The social worker says that somebody whom the child added may be contacted."""
    found = facts_of(house, case)
    (own,) = [one.key for one in found.people.values() if one.name == name]
    body = {
        "key": own,
        "name": name,
        "relation": "",
        "same_name": "",
        "note": "",
        "reach": {"way": "email", "email": email},
    }
    made = new_id()
    with house.db.writing() as s:
        s.add(
            PersonCheck(
                id=made, review_id=case.review_id, wish=house.vault.lookup("wish", f"{case.review_id}:{own}"),
                outcome="may_be_asked", checked_by=iro.id, checked_at=house.clock(),
                sealed=found.key.seal(json.dumps(body), checking.check_place(made)),
            )
        )  # fmt: skip


def test_another_childs_no_at_the_same_meeting_counts(house: House, iro: Worker, tmp_path: Path) -> None:
    case, other = two_children(house, tmp_path)
    people = {
        ref_of(house, case, "parent"): a_person("yes"),
        ref_of(house, case, "carer_foster"): a_person("yes"),
    }
    say_and_send(house, case.child.consultation_id, {"who": ({"people": people, "added": []}, "")})
    refusing = {ref_of(house, other, "parent"): a_person("no")}
    say_and_send(house, other.child.consultation_id, {"who": ({"people": refusing, "added": []}, "")})
    decide(house, iro, case, "who:P-1")
    decide(house, iro, case, rest=True)
    settle(house, iro, case)
    assert bars(house, case)[MUM] == "refused_by_another"
    decide(
        house,
        iro,
        other,
        "who:P-1",
        "changed",
        instead="She comes to the second part",
        reason="You go first.",
    )
    assert bars(house, case)[MUM] == "refused_by_another", "that child is told first"
    tell(house, iro, other)
    assert bars(house, case)[MUM] is None


def test_everything_is_looked_at_again_before_each_message(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, LIN)
    said: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
        ({"no_contact": True}, {"no_contact": False}, "no_contact"),
        ({"may_attend": False}, {"may_attend": True}, "may_not_attend"),
        ({"hold": "died"}, {"hold": "none"}, "person_hold"),
        ({"ended_at": house.clock()}, {"ended_at": None}, "ended"),
    )
    for values, back, why in said:
        change(house, "carer_foster", **values)
        assert post.send() == 0
        assert guest(house, case, LIN).reason == why
        change(house, "carer_foster", **back)
    assert post.send() == 1


def test_a_childs_hold_or_a_later_no_stops_what_has_not_gone_yet(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, LIN)
    ask(house, case, who=({"people": {ref(house, "carer_foster"): a_person("no")}, "added": []}, ""))
    assert post.send() == 0
    assert guest(house, case, LIN).reason == "refused"
    with house.db.writing() as s:
        s.execute(update(Child).values(hold="missing"))
    assert post.send() == 0
    assert guest(house, case, LIN).reason == "child_hold"


def test_birth_parents_are_never_invited_to_an_adoption_review(
    house: House, iro: Worker, tmp_path: Path
) -> None:
    case = make_case(house, tmp_path, {"child": {"legal_status": "placement_order"}})
    iro_of(house)
    ask(house, case, who=({"people": {}, "added": []}, ""))
    settle(house, iro, case)
    assert bars(house, case)[MUM] == "adoption"


def test_each_act_tells_the_case_system_how_all_of_them_stand(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, LIN, PHIL)
    post.send()
    answer(house, case, LIN, "part", part="CANARY the first half", words="CANARY-WORDS")
    found = events(house)
    assert {one["status"] for one in found[-1]["invitations"]} == {"part", "waits_check"}
    assert "CANARY" not in json.dumps(found)
    assert {one["person"] for one in found[-1]["invitations"]} == {"P-2", None}


def test_a_guest_may_change_their_answer_until_the_meeting_begins(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, LIN)
    assert not answer(house, case, LIN, "coming"), "not invited yet"
    post.send()
    assert answer(house, case, LIN, "coming")
    assert answer(house, case, LIN, "not_coming")
    invite(house, iro, case, PHIL, FEMI)
    with house.db.reading() as s:
        listed = guests.coming(s, house.vault, case.review_id, today(house.clock))
    assert {(one.name, one.state) for one in listed} == {(LIN, "not_coming"), (FEMI, "not_asked")}, (
        'nobody has checked Phil, so "we will ask" would be no promise'
    )
    house.clock.set(AT)  # type: ignore[attr-defined]
    assert not answer(house, case, LIN, "coming")


def events(house: House) -> list[dict[str, Any]]:
    """The events about invitations, oldest first, each right by its schema."""
    with house.db.reading() as s:
        child = s.scalars(select(Child)).one()
        key = house.vault.key(child.key, f"child:{child.id}")
        rows = s.scalars(
            select(Announcement).where(Announcement.kind == "invitations").order_by(Announcement.made_at)
        )
        found = [json.loads(key.open(one.sealed, outbox.place(one.id))) for one in rows]
    for one in found:
        checker = jsonschema.FormatChecker()
        jsonschema.Draft202012Validator(schemas()["invitations-1"], format_checker=checker).validate(one)
    return found


def two_children(house: House, folder: Path) -> tuple[Case, Case]:
    """A brother and a sister with one meeting."""
    first = row(review__meeting_id="M-1")
    second = row(review__meeting_id="M-1", review__id="R-2", child__id="C-2", child__given_name="Kai")
    load_rows(house, folder, [first, second])
    iro_of(house)
    with house.db.reading() as s:
        found = s.scalars(
            select(Consultation).where(Consultation.who == "child").order_by(Consultation.review_id)
        ).all()
        named = {s.get_one(Child, one.child_id).external_id: one for one in found}
    made = []
    for own in ("C-1", "C-2"):
        asked = run_invited(house, named[own].id)
        made.append(Case(named[own].review_id, named[own].child_id, asked, asked, asked, first))
    return made[0], made[1]


def ref_of(house: House, case: Case, role: str) -> str:
    """The involvement of this role in this child's case."""
    with house.db.reading() as s:
        wanted = select(Involvement.id).where(Involvement.role == role, Involvement.child_id == case.child_id)
        return s.scalars(wanted).one()

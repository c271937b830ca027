"""What a parent, a carer or an adopter must never learn, searched for on everything that they can get (A5, A6).

Each secret is a word of its own; a person walks every page and every error of the site and reads their own email
and letter, before and after the child has answered, refused them and called for help.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.cases import Case, Invited, invite, make_case
from tests.fixtures.clocks import SettableClock
from tests.messaging.doubles import KeepingMessenger
from tests.review.incoming_rows import ROW
from tests.web.inside import answer, enter, post, sent, token
from tests.web.pages import Pages
from webapp.booklet.definition import Booklet
from webapp.house import House
from webapp.services.sending import send_due
from webapp.store import Consultation, Involvement, Person

SAID = "canarysaid"
"""Begins every word that the child types."""
ADDRESS, POSTCODE, SCHOOL, PLACE = "Canarylane", "SX7 7CA", "Canaryschool", "Canaryhouse"
ADOPTER, ADOPTER_HOME, ADOPTER_MAIL = "Canaryadopter", "Canaryclose", "canaryadopter@example.org"
CARER, CARER_HOME, CARER_FACT = "Canarycarer", "Canarymews", "canaryfact"
FAMILY = "Canaryfamily"
PARENT, PARENT_MAIL, PARENT_FACT = "Canaryparent", "canaryparent@example.org", "SX9 9PA"
TEACHER = "Canaryteacher"

OF_THE_CHILD = (SAID, ADDRESS, POSTCODE, SCHOOL, PLACE, FAMILY, "2016", "04-05")
OF_ADOPTERS = (ADOPTER, ADOPTER_HOME, ADOPTER_MAIL)
OF_CARERS = (CARER, CARER_HOME, CARER_FACT)
OF_PARENTS = (PARENT, PARENT_MAIL, PARENT_FACT)


@dataclass(frozen=True)
class Family:
    """The case, with the adopter who was asked too."""

    case: Case
    adopter_id: str


@pytest.fixture
def family(house: House, tmp_path: Path) -> Family:
    """A child placed for adoption whose birth parent, former carer and adopter are all in the case."""
    people = copy.deepcopy(ROW["people"])
    people[0] |= {
        "name": PARENT, "reach": {"way": "email", "email": PARENT_MAIL},
        "known_fact": {"kind": "postcode", "value": PARENT_FACT},
    }  # fmt: skip
    people[1] |= {
        "name": CARER, "reach": {"way": "letter", "address": [f"3 {CARER_HOME}", "SX4 4DD"]},
        "known_fact": {"kind": "word", "value": CARER_FACT},
    }  # fmt: skip
    people += [
        {**people[1], "id": "P-7", "name": ADOPTER, "role": "adopter", "relation": "Your new family",
         "reach": {"way": "email", "email": ADOPTER_MAIL, "address": [f"5 {ADOPTER_HOME}", "SX6 6EE"]}},
        {**people[2], "id": "P-8", "name": TEACHER, "role": "teacher", "relation": "Your teacher"},
    ]  # fmt: skip
    change: dict[str, Any] = {
        "review": {"place": PLACE, "last_decisions": [{"id": "D-1", "text": "More swimming"}]},
        "child": {"family_name": FAMILY, "reach": {"way": "letter", "address": [f"1 {ADDRESS}", POSTCODE]},
                  "speaks": SCHOOL},
        "people": people,
    }  # fmt: skip
    made = make_case(house, tmp_path, change)
    with house.db.reading() as s:
        adopter = s.scalars(select(Consultation.id).where(Consultation.who == "adopter")).first()
    return Family(made, adopter or "")


def child_says_everything(app: Flask, house: House, case: Case) -> None:
    """Refuses everybody for a reason, types into every box, sends, calls for help."""
    pages = Pages(app)
    enter(pages, house, case.child)
    for question in house.booklets["my_review_my_choice"].questions:
        page = pages.get(f"/b/my_review_my_choice/q/{question.id}")
        if question.kind == "information" or not page.url.startswith("/b/my_review_my_choice/q/"):
            continue
        form = page.root.first("form", id="f")
        given: dict[str, Any] = {e.attrs["name"]: f"{SAID} {e.attrs['name']}" for e in form.all("textarea")}
        for e in form.all("input"):
            name, kind = e.attrs.get("name", ""), e.attrs.get("type", "text")
            if kind == "text":
                given[name] = SAID
            elif name.startswith("p-") and name.endswith("-come"):
                given[name] = "no"
        pages.press(page, "Save and go on", **given)
    post(pages, "/b/my_review_my_choice/send")
    pages.press(pages.get("/b/my_review_my_choice/q/anything"), "I’m not safe", words=f"{SAID} in danger")
    assert SAID in repr(sent(house, case.child))


def addresses(app: Flask, case: Case, booklet: Booklet) -> Iterator[str]:
    """Every address that answers GET, with good, foreign and wrong names filled in; leaving comes last."""
    ids = [case.child_id, case.review_id, case.child.consultation_id, case.parent.consultation_id, "0" * 32]
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or set()) or rule.endpoint in (
            "public.leave",
            "static",
            "respond.rest",
            "simulator.show",  # whoever opens the made-up phone of the demo holds it
        ):
            continue
        with app.test_request_context():
            if not rule.arguments:
                yield app.url_for(rule.endpoint)
            elif rule.arguments == {"booklet_id", "question_id"}:
                for question in ("who", "anything", *(q.id for q in booklet.questions)):
                    yield f"/b/{booklet.id}/q/{question}"
                    yield f"/b/{booklet.id}/q/{question}?back=check"
            elif rule.arguments == {"booklet_id"}:
                for name in (booklet.id, "my_review_my_choice", "nothing"):
                    yield app.url_for(rule.endpoint, booklet_id=name)
            elif rule.arguments == {"token"}:
                yield from (f"/o/{case.child.token}", "/o/nothing")
            else:
                for one in ids:
                    yield app.url_for(rule.endpoint, _external=None, **dict.fromkeys(rule.arguments, one))
    yield from ("/nothing", "/b/my_review_my_choice/q/nothing")


def errors(pages: Pages) -> Iterator[str]:
    """Pages of every kind of error."""
    for data in ({"words": "x" * 70_000}, {"words": "x" * 6000}, {"v": "nothing"}, {"words": "\0"}):
        yield post(pages, "/b/my_review_my_choice/q/anything", data).body
        yield post(pages, "/b/my_review_my_choice/q/who", data).body
    yield pages.post("/b/my_review_my_choice/q/anything", {"words": "forged"}).body
    yield pages.client.put("/b/my_review_my_choice/q/anything", data={"csrf_token": token(pages)}).get_data(
        as_text=True
    )


def walk(app: Flask, house: House, case: Case, who: Invited) -> dict[str, str]:
    """Everything this person can be shown, by address: the bodies without the token against forgery."""
    pages = Pages(app)
    found: dict[str, str] = {}
    with house.db.reading() as s:
        booklet = house.booklets[s.get_one(Consultation, who.consultation_id).booklets.split()[0]]
    for stage in ("", "opened", "known", "own"):
        if stage:
            enter(pages, house, who, stage)
        for address in addresses(app, case, booklet):
            answered = pages.client.get(address)
            held = (
                f"{answered.status_code} {answered.headers.get('Location')} {answered.get_data(as_text=True)}"
            )
            found[f"{stage} {address}"] = re.sub(r'(name="csrf_token" value=")[^"]*', r"\1", held)
    for n, body in enumerate(errors(pages)):
        found[f"error {n}"] = re.sub(r'(name="csrf_token" value=")[^"]*', r"\1", body)
    return found


def messages(house: House) -> dict[str, str]:
    """What is sent now, by whom it goes to; links and codes, which are new each time, left out."""
    email, letter = KeepingMessenger(), KeepingMessenger()
    send_due(
        house.db, house.vault, house.authority, house.settings, house.booklets, {"email": email, "letter": letter},
        house.clock,
    )  # fmt: skip
    return {f"{one.way} {one.to}": f"{one.subject}\n{one.body}" for one in [*email.taken, *letter.taken]}


@pytest.mark.parametrize("who", ["parent", "carer"])
def test_no_page_or_error_of_an_adult_says_anything_of_the_child_s(
    app: Flask, house: House, family: Family, who: str
) -> None:
    case = family.case
    adult: Invited = getattr(case, who)
    walk(app, house, case, adult)  # sets their own secret
    before = walk(app, house, case, adult)
    child_says_everything(app, house, case)
    after = walk(app, house, case, adult)
    others = OF_CARERS if who == "parent" else OF_PARENTS
    for address, body in after.items():
        for secret in (*OF_THE_CHILD, *OF_ADOPTERS, *others, TEACHER):
            assert secret.lower() not in body.lower(), (address, secret)
    assert {a for a in after if after[a] != before.get(a)} == set(), (
        "something tells that the child has answered"
    )


def test_an_adopter_s_details_reach_no_birth_parent_and_a_birth_parent_s_no_adopter(
    app: Flask, house: House, family: Family
) -> None:
    if not family.adopter_id:
        pytest.skip("no booklet for adopters yet")
    adopter = invite(house, family.adopter_id)
    for address, body in walk(app, house, family.case, adopter).items():
        for secret in (*OF_PARENTS, *OF_CARERS, *OF_THE_CHILD[1:6]):
            assert secret.lower() not in body.lower(), (address, secret)


def test_a_walk_would_find_a_secret_if_there_were_one(app: Flask, house: House, family: Family) -> None:
    child_says_everything(app, house, family.case)
    own = walk(app, house, family.case, family.case.child)
    assert any(SAID in body for body in own.values())
    assert any(TEACHER in body for body in own.values())


def test_emails_and_letters_tell_nothing_and_are_the_same_whether_or_not_the_child_answered(
    app: Flask, house: House, family: Family, clock: SettableClock
) -> None:
    case = family.case
    first = messages(house)
    child_says_everything(app, house, case)
    clock.set(clock().replace(month=2, day=2))
    clock.move(days=3)
    later = messages(house)
    assert first, "nothing was sent"
    for address, text in {**first, **{f"again {a}": t for a, t in later.items()}}.items():
        mine = PARENT_MAIL in address or PARENT in address
        secrets: tuple[str, ...] = (
            (SAID, SCHOOL, PLACE, TEACHER, *OF_ADOPTERS) if mine else (SAID, PLACE, TEACHER, *OF_PARENTS)
        )
        if mine:
            secrets += (ADDRESS, POSTCODE, FAMILY, CARER, CARER_HOME, "Maya")
        if ADOPTER_MAIL in address:
            continue
        for secret in secrets:
            assert secret.lower() not in text.lower(), (address, secret)


def test_the_child_s_list_names_only_who_may_be_named_and_may_come(
    app: Flask, house: House, family: Family
) -> None:
    pages = Pages(app)
    enter(pages, house, family.case.child)
    assert TEACHER in pages.get("/b/my_review_my_choice/q/who").body
    with house.db.writing() as s:
        teacher = s.scalars(select(Involvement).where(Involvement.role == "teacher")).one()
        teacher.may_be_named = False
        person_id = teacher.person_id
    assert TEACHER not in pages.get("/b/my_review_my_choice/q/who").body
    answer(pages, "anything", words="goes on")
    with house.db.reading() as s:
        assert s.get(Person, person_id) is not None
    assert TEACHER not in repr(sent_now(pages, house, family.case))


def sent_now(pages: Pages, house: House, case: Case) -> list[dict[str, Any]]:
    """Presses send and gives the records."""
    post(pages, "/b/my_review_my_choice/send")
    return sent(house, case.child)

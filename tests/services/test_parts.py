"""What a conversation costs is counted over the turn itself, and `flask chat parts` counts the very same messages."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.fixtures.cases import load_rows
from tests.review.incoming_rows import ROW
from tests.services.talking import BIRTHDAY, CHILD, Phone
from webapp.booklet.answers import Context
from webapp.booklet.wording import english
from webapp.chat import costing, phrases
from webapp.chat.parts import count, is_gsm
from webapp.house import House
from webapp.services.conversing_sitting import sit, with_rows
from webapp.services.conversing_talk import load
from webapp.services.sending_texts import text
from webapp.store import Message, Prompt

BOOKLET = "my_review_my_choice"
PLAIN = {
    "consulted": False,
    "may_attend": True,
    "may_know_address": False,
    "may_know_school": False,
    "may_be_named": True,
}
MORE: list[dict[str, Any]] = [
    {
        "id": "P-3",
        "name": "Margaret Hill",
        "called": "Nan",
        "relation": "Your grandma",
        "role": "grandparent",
    },
    {
        "id": "P-5",
        "name": "Phil Okafor",
        "called": "Uncle Phil",
        "relation": "Your uncle",
        "role": "relative",
    },
    {"id": "P-6", "name": "Miss Lee", "relation": "Your teacher", "role": "teacher"},
]
SAYS = {
    "choose_one": "1", "choose_many": "1 2", "place": "1 2", "times": "1 2", "faces": "4", "yes_no": "yes", "grid": "1",
    "people": "1 2 3 not 5", "words": "Some words",
}  # fmt: skip


def with_six_people(house: House, folder: Path) -> Phone:
    """A child of ten with six people on the list."""
    row = copy.deepcopy(ROW)
    row["child"] |= {"reach": {"way": "sms", "phone": CHILD}}
    row["people"] += [PLAIN | one for one in MORE]
    load_rows(house, folder, [row])
    return Phone(house)


def answer(phone: Phone) -> str:
    """What is replied to the question that stands: the first choices, or the last of what must not be."""
    with phone.house.db.reading() as s:
        asked = s.get_one(Prompt, phone.conversation.prompt_id)
        step, question_id, done = asked.step, asked.question_id, asked.ids
    question = next(q for q in phone.house.booklets[BOOKLET].questions if q.id == question_id)
    if step in ("not_where", "bad", "rows"):
        return str(len(question.options if step != "rows" else done.split(",")))  # type: ignore[union-attr]
    return {"else": "no", "more": "Some words"}.get(step, SAYS[question.kind])


def all_of_it(phone: Phone) -> list[str]:
    """Everything that comes back, from hello to the last message."""
    found = [one.text for said in ("1", BIRTHDAY) for one in phone.reply(said).out]
    for _ in range(60):
        stage = phone.conversation.stage
        if stage == "done":
            return found
        said = answer(phone) if stage == "asking" else "1" if stage == "check" else "2"
        found += [one.text for one in phone.reply(said).out]
    raise AssertionError(found)


def life(phone: Phone) -> Context:
    """What this child's booklet is filled in with."""
    with phone.house.db.looking() as query:
        talk = load(query, phone.desk, phone.incoming("hi"), phone.house.clock())
        return with_rows(query, talk, sit(query, talk), "people", "times", "grid")


def test_the_review_menu_takes_at_most_forty_parts_from_the_invitation_to_the_last_message(
    house: House, tmp_path: Path
) -> None:
    phone = with_six_people(house, tmp_path)
    invitation = text("invite", house.authority, language="en", who="child", link=costing.A_LINK)
    sent = all_of_it(phone)
    assert len(life(phone).people) == 6
    assert all(is_gsm(one) for one in sent)
    assert sum(map(count, [invitation, *sent])) <= 40
    with house.db.reading() as s:
        assert s.scalars(select(Message.parts)).all() == [count(one) for one in sent]
    safe = [n for n, one in enumerate(sent, start=1) if "0800 1111" in one]
    assert safe == sorted({1, *range(5, len(sent) + 1, 5), len(sent)})


def test_the_command_counts_what_a_conversation_really_sends(house: House, tmp_path: Path) -> None:
    phone = with_six_people(house, tmp_path)
    sent = all_of_it(phone)
    known = phrases.numbers(house.authority)
    counted = costing.messages(house.booklets[BOOKLET], life(phone), english, known)[1:]
    end = next(n for n, one in enumerate(sent) if one.startswith("Sent."))
    assert sent[:end] == counted[:end]
    assert len(counted) == end + 1

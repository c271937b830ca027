"""The frozen record: every answer in it exactly once, whole, under its heading, and the wishes beside it."""

from __future__ import annotations

import json
from typing import Any, get_args
from uuid import UUID

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.booklet.naughty import NAUGHTY
from tests.booklet.strategies import NOON, contexts, sittings, stored
from tests.booklet.test_answers import CONTEXT, EXAMPLES, kept, only
from webapp.booklet.answers import SKIPPED, Answer, Context, free_texts
from webapp.booklet.definition import Booklet, Heading
from webapp.booklet.journey import path
from webapp.booklet.loader import fingerprint, load_all
from webapp.booklet.records import Item, as_json
from webapp.booklet.views import Envelope, StoredAnswer, build
from webapp.booklet.wishes import InviteChoicesRecord, schemas

OURS = load_all()
BOOKLETS = [*EXAMPLES.values(), *OURS.values()]
ENVELOPE = Envelope(
    id=UUID(int=7),
    review_id="R-1",
    child_id="C-1",
    respondent_id="C-1",
    role="child",
    language="en",
    wording="standard",
    sent_at=NOON,
    person_ids={"mum": "P-77"},
)
CHECKERS = {name: jsonschema.Draft202012Validator(schema) for name, schema in schemas().items()}


def record(name: str, **answers: StoredAnswer) -> dict[str, Any]:
    """The record of an example's answers, as it is delivered."""
    return as_json(build(EXAMPLES[name], answers, CONTEXT, ENVELOPE))


def one(name: str, value: Any, words: str = "", **pins: Any) -> dict[str, Any]:
    """The record of an example's one answer."""
    question = only(name)
    return record(name, **{question.id: stored(kept(name, value, words), question, **pins)})


def items(plain: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for heading in plain["headings"] for item in heading["items"]]


@given(st.data(), st.sampled_from(BOOKLETS), contexts())
def test_every_answer_is_in_the_record_exactly_once(
    data: st.DataObject, booklet: Booklet, context: Context
) -> None:
    answers = data.draw(sittings(booklet, context))
    plain = as_json(build(booklet, answers, context, ENVELOPE))
    under, aside = [i["question"] for i in items(plain)], [s["item"]["question"] for s in plain["set_aside"]]
    told = {q.id for q in booklet.questions if q.kind != "information"} & set(answers)
    assert sorted(under + aside) == sorted(told)
    on_path = {q.id for q in path(booklet, {n: a.answer for n, a in answers.items()}, context)}
    assert set(under) <= on_path
    assert not set(aside) & on_path
    open_ = {n["question"] for n in plain["not_answered"]}
    asked = on_path - {q.id for q in booklet.questions if q.kind == "information"}
    assert open_ | set(under) == asked - (booklet.extra_ids - set(answers))
    assert not open_ & set(answers)


@given(st.data(), st.sampled_from(BOOKLETS), contexts())
def test_every_text_and_every_choice_is_in_the_record(
    data: st.DataObject, booklet: Booklet, context: Context
) -> None:
    answers = data.draw(sittings(booklet, context))
    plain = as_json(build(booklet, answers, context, ENVELOPE))
    everything = [*items(plain), *(aside["item"] for aside in plain["set_aside"])]
    for item in everything:
        answer = answers[item["question"]].answer
        held = list(strings(item["answer"]))
        for text in free_texts(answer.value, answer.words):
            assert text in held
        for id_ in ids_in(answer.value):
            assert id_ in held


@given(st.data(), st.sampled_from(BOOKLETS), contexts())
def test_every_record_fits_its_published_schema(
    data: st.DataObject, booklet: Booklet, context: Context
) -> None:
    plain = as_json(build(booklet, data.draw(sittings(booklet, context)), context, ENVELOPE))
    CHECKERS[plain["schema"].replace("/", "-")].validate(json.loads(json.dumps(plain)))


@given(st.data(), contexts())
def test_a_wish_says_nothing_that_no_answer_says(data: st.DataObject, context: Context) -> None:
    booklet = OURS["my_review_my_choice"]
    plain = as_json(build(booklet, data.draw(sittings(booklet, context)), context, ENVELOPE))
    under = {item["question"]: item for item in items(plain)}
    wished = {q.id for q in booklet.questions if q.wish}
    for wishes in plain["wishes"].values():
        for wish in wishes:
            item = under[wish["question"]]
            assert wish["state"] == "asked"
            assert wish["audience"] == item["audience"]
            held = set(strings(item["answer"])) | {item["asked_staff"]}
            assert {c["id"] for key in ("choices", "good", "bad") for c in wish.get(key, ())} <= held
            assert not wish.get("words") or wish["words"] in held
    said = {i["question"] for i in under.values() if i["answer"] != {"choices": [], "rows": [], "words": ""}}
    assert {w["question"] for wishes in plain["wishes"].values() for w in wishes} == said & wished


def strings(value: Any) -> list[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] if isinstance(value, str) else [text for item in inner for text in strings(item)]


def ids_in(value: Any) -> list[str]:
    """The ids that an answer chose."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [
            i for item in value for i in (ids_in(item) if not isinstance(item, dict) else ids_of_row(item))
        ]
    if isinstance(value, dict):
        rows = [
            ids_of_row(row)
            for row in [*value.values(), *value.get("people", {}).values()]
            if isinstance(row, dict)
        ]
        sides = [ids_in(value.get(side, [])) for side in ("where", "not_where", "good", "bad", "added")]
        return [i for found in [*rows, *sides] for i in found]
    return []


def ids_of_row(row: dict[str, Any]) -> list[str]:
    return [row[key] for key in ("come", "choice") if row.get(key)]


def test_the_envelope_says_what_was_asked_of_whom() -> None:
    plain = one("blanks", None, "Well", channel="sms", wording="sms")
    assert plain["schema"] == "views/1"
    assert list(plain)[:3] == ["schema", "kind", "id"]
    assert plain["respondent"] == {"id": "C-1", "role": "child", "who": "parent"}
    assert plain["booklet"]["definition"] == fingerprint(EXAMPLES["blanks"])
    assert (plain["channels"], plain["revision"], plain["supersedes"], plain["attachments"]) == (
        ["sms"],
        1,
        None,
        [],
    )
    assert (plain["audience"], plain["sent_at"]) == ("iro", "2027-02-01T12:00:00Z")


def test_a_question_stands_as_it_was_asked_and_in_english() -> None:
    question = only("blanks")

    def welsh(text: str, language: str) -> str:
        return {"How is {child}?": "Sut mae {child}?"}.get(text, text) if language == "cy" else text

    answers = {"doing": stored(Answer(words="Da"), question, language="cy", wording="easy", typed_by="carer")}
    (item,) = items(as_json(build(EXAMPLES["blanks"], answers, CONTEXT, ENVELOPE, welsh)))
    assert (item["asked"], item["asked_staff"]) == ("Sut mae Sam?", "How is Sam doing?")
    assert (item["language"], item["wording"], item["typed_by"]) == ("cy", "easy", "carer")
    assert item["private"]


def test_headings_keep_the_order_of_the_iros_record() -> None:
    booklet = OURS["carer"]
    answers = {q.id: stored(SKIPPED, q) for q in booklet.questions}
    plain = as_json(build(booklet, answers, CONTEXT, ENVELOPE))
    found = [heading["heading"] for heading in plain["headings"]]
    assert found == [heading for heading in get_args(Heading) if heading in found]
    assert len(found) > 8


def test_the_audience_of_an_answer_is_the_one_that_was_chosen() -> None:
    (item,) = items(one("blanks", None, "Well", audience="review"))
    assert item["audience"] == "review"


def test_a_skipped_question_is_told_as_skipped_and_asks_for_nothing() -> None:
    plain = record("people", who=stored(SKIPPED, only("people")))
    (item,) = items(plain)
    assert item["skipped"]
    assert item["answer"] == {"choices": [], "rows": [], "words": ""}
    assert plain["wishes"]["people"] == []


def test_what_dropped_off_the_path_is_set_aside_and_wishes_nothing() -> None:
    booklet = EXAMPLES["follow_up"]
    questions = {q.id: q for q in booklet.questions}
    answers = {
        "attend": stored(Answer("all"), questions["attend"]),
        "which_part": stored(Answer("end"), questions["which_part"]),
        "long_gone": stored(Answer({"x": ["y"]}, "words"), questions["attend"]),
    }
    plain = as_json(build(booklet, answers, CONTEXT, ENVELOPE))
    assert [i["question"] for i in items(plain)] == ["attend"]
    aside = {a["item"]["question"]: a for a in plain["set_aside"]}
    assert aside["which_part"]["why"] == "off_path"
    assert aside["which_part"]["item"]["answer"]["choices"][0]["label"] == "The end"
    assert aside["long_gone"]["why"] == "not_in_booklet"
    assert aside["long_gone"]["item"]["answer"]["words"] == "words"
    assert aside["long_gone"]["item"]["answer"]["rows"][0]["words"] == '{"x": ["y"]}'


def test_a_person_is_told_by_the_case_systems_id_and_a_reason_is_the_iros() -> None:
    row = {"come": "no", "part": False, "which": "", "why": "He shouts"}
    added = {"name": "Nan Rose", "who": "my nan", "come": "yes", "part": True, "which": "cake", "why": ""}
    plain = one("people", {"people": {"mum": row}, "added": [added]}, "Please")
    mum, nan = plain["wishes"]["people"]
    assert (mum["person"], mum["name"], mum["role"], mum["come"]) == ("P-77", "Dawn", "mother", "no")
    assert (mum["reason"], mum["reason_audience"], mum["audience"]) == (
        "He shouts",
        "iro",
        "iro_and_social_worker",
    )
    assert (nan["person"], nan["name"], nan["relation"], nan["added_by_child"]) == (
        None,
        "Nan Rose",
        "my nan",
        True,
    )
    assert (nan["part_only"], nan["which_part"]) == (True, "cake")
    assert plain["wishes"]["people_words"][0]["words"] == "Please"
    assert plain["audience"] == "iro"


def test_somebody_who_is_no_longer_known_is_not_lost() -> None:
    row = {"come": "yes", "part": False, "which": "", "why": ""}
    answer = Answer({"people": {"gone": row}, "added": []})
    plain = record("people", who=stored(answer, only("people")))
    (wish,) = plain["wishes"]["people"]
    assert (wish["person"], wish["name"], wish["come"], wish["role"]) == ("gone", "gone", "yes", "")


def test_where_and_where_not_stay_apart() -> None:
    value = {"where": ["school"], "not_where": ["home"], "not_words": "or at Nan's"}
    wishes = one("place", value, "The park")["wishes"]
    assert [c["id"] for c in wishes["where"][0]["choices"]] == ["school"]
    assert wishes["where"][0]["words"] == "The park"
    assert [c["label_staff"] for c in wishes["not_where"][0]["choices"]] == ["Where I live"]
    assert wishes["not_where"][0]["words"] == "or at Nan's"


def test_a_date_is_an_id_and_reads_as_a_date() -> None:
    (wish,) = one("times", {"good": ["2027-03-01"], "bad": ["evening"]})["wishes"]["when"]
    assert wish["good"] == [
        {"id": "2027-03-01", "label": "Monday 1 March 2027", "label_staff": "Monday 1 March 2027"}
    ]
    assert wish["bad"][0]["label"] == "In the evening"


def test_what_must_not_be_said_in_front_of_whom_stands_by_topic() -> None:
    value = {"school": {"choice": "not_some", "words": "Mr Hill"}}
    school, more = one("grid_topics", value, "My cat")["wishes"]["not_in_front"]
    assert (school["topic"], school["topic_label"], school["words"]) == ("school", "School", "Mr Hill")
    assert school["choices"][0]["id"] == "not_some"
    assert (more["topic"], more["words"]) == ("", "My cat")


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_words_reach_the_record_unchanged(text: str) -> None:
    plain = json.loads(json.dumps(one("words", None, text)))
    assert items(plain)[0]["answer"]["words"] == text.strip("\n ")


def test_a_change_is_a_whole_new_record() -> None:
    changed = Envelope(**{**_plain(ENVELOPE), "id": UUID(int=8), "revision": 2, "supersedes": ENVELOPE.id})
    plain = as_json(build(EXAMPLES["words"], {}, CONTEXT, changed))
    assert (plain["revision"], plain["supersedes"]) == (2, str(ENVELOPE.id))


def _plain(envelope: Envelope) -> dict[str, Any]:
    return {name: getattr(envelope, name) for name in envelope.__slots__}


def test_a_record_cannot_be_changed() -> None:
    made = build(EXAMPLES["people"], {}, CONTEXT, ENVELOPE)
    assert isinstance(made, InviteChoicesRecord)
    with pytest.raises(ValueError):
        made.revision = 2  # type: ignore[misc]


def test_a_time_without_a_zone_is_refused() -> None:
    naive = Envelope(**{**_plain(ENVELOPE), "sent_at": NOON.replace(tzinfo=None)})
    with pytest.raises(ValueError):
        build(EXAMPLES["words"], {}, CONTEXT, naive)


def test_a_record_reads_back_as_it_was() -> None:
    made = build(EXAMPLES["people"], {}, CONTEXT, ENVELOPE)
    assert InviteChoicesRecord.model_validate(as_json(made)) == made
    assert Item.model_fields


def test_more_if_you_want_never_stands_open() -> None:
    booklet = EXAMPLES["extra"]
    given = {"club": stored(Answer("yes"), booklet.questions[2])}
    plain = as_json(build(booklet, given, Context(), ENVELOPE))
    assert [one["question"] for one in plain["not_answered"]] == ["home", "school"]
    assert [one["question"] for one in items(plain)] == ["club"]

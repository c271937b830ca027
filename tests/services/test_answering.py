"""Keeping answers: nothing overwritten without a trace, every free text screened, every seal bound to its place."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import come_in, say
from tests.fixtures.staff import Worker
from webapp.booklet.answers import SKIPPED, Answer
from webapp.house import House
from webapp.services import access, answering, own_secret, visits
from webapp.services.visits import Standing
from webapp.store import AnswerHistory, AnswerRow, Response, Screening
from webapp.store.sealing import SealBroken, Vault


def keep(house: House, standing: Standing, question: str, words: str, audience: str = "review") -> int:
    key = visits.response_key(house.vault, standing)
    said = answering.saying(key, standing.row.response_id, question, Answer(None, words), audience)
    with house.db.writing() as s:
        return answering.record(s, standing, said, now=house.clock())


def in_force(house: House, standing: Standing) -> dict[str, visits.Said]:
    with house.db.reading() as s:
        return visits.answers(s, house.vault, standing)


def screened(house: House) -> list[tuple[str, int]]:
    with house.db.reading() as s:
        rows = s.execute(select(Screening.question_id, Screening.version).order_by(Screening.id)).all()
    return [(question, version) for question, version in rows]


STRUCTURED: list[tuple[str, Any, str]] = [
    (
        "who",
        {"people": {"x": {"come": "no", "part": False, "which": "", "why": "he hurts me"}}, "added": []},
        "",
    ),
    (
        "who",
        {"people": {"x": {"come": "yes", "part": True, "which": "not the end", "why": ""}}, "added": []},
        "",
    ),
    (
        "who",
        {"people": {}, "added": [{"name": "help me", "who": "", "come": "yes", "which": "", "why": ""}]},
        "",
    ),
    (
        "who",
        {"people": {}, "added": [{"name": "", "who": "my nan", "come": "yes", "which": "", "why": ""}]},
        "",
    ),
    ("where", {"where": [], "not_where": ["home"], "not_words": "not where he is"}, ""),
    ("not_in_front", {"family": {"choice": "not_some", "words": "not my uncle"}}, ""),
    ("attend", "all", "because I am scared"),
    ("anything", None, "only words"),
]


@pytest.mark.parametrize("question, value, words", STRUCTURED)
def test_every_piece_of_free_text_in_an_answer_is_screened(
    house: House, case: Case, question: str, value: Any, words: str
) -> None:
    say(house, case.child.consultation_id, {question: Answer(value, words)})
    assert screened(house) == [(question, 1)]


@pytest.mark.parametrize(
    "value",
    ["all", ["say", "drawn"], {"where": ["school"], "not_where": ["home"], "not_words": ""},
     {"people": {"x": {"come": "no", "part": True, "which": "", "why": ""}}, "added": []},
     {"family": {"choice": "fine", "words": ""}}, None],
)  # fmt: skip
def test_choices_without_words_are_not_screened(house: House, case: Case, value: Any) -> None:
    say(house, case.child.consultation_id, {"q": Answer(value) if value else SKIPPED})
    assert screened(house) == []


def test_a_parent_s_and_a_carer_s_words_are_screened_the_same_way(house: House, case: Case) -> None:
    say(house, case.parent.consultation_id, {"how_child": "words of the parent"})
    say(house, case.carer.consultation_id, {"day": "words of the carer"})
    assert [question for question, _ in screened(house)] == ["how_child", "day"]


def test_the_last_answer_is_in_force_and_the_history_keeps_each(house: House, case: Case) -> None:
    standing = come_in(house, case.child.consultation_id)
    for words in ("first", "second", "third"):
        keep(house, standing, "anything", words)
    assert in_force(house, standing)["anything"].answer.words == "third"
    key = visits.response_key(house.vault, standing)
    place = visits.place(standing.row.response_id, "anything")
    with house.db.reading() as s:
        kept = answering.history(s, standing.row.response_id, "anything")
        assert [visits.read(key.open(row.sealed, place)).words for row in kept] == [
            "first",
            "second",
            "third",
        ]
        assert [row.version for row in kept] == [1, 2, 3]
    assert [version for _, version in screened(house)] == [1, 2, 3]


def test_two_hundred_writes_at_once_are_never_mixed_and_never_lost(house: House, case: Case) -> None:
    standing = come_in(house, case.child.consultation_id)

    def write(writer: int) -> None:
        for n in range(50):
            keep(house, standing, f"question_{n % 5}", f"{writer}:{n} " * 20)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.db.reading() as s:
        versions = s.scalars(select(AnswerHistory.version).order_by(AnswerHistory.id)).all()
        last = dict(
            s.execute(
                select(AnswerHistory.question_id, func.max(AnswerHistory.version)).group_by(
                    AnswerHistory.question_id
                )
            ).all()
        )
    assert sorted(versions) == list(range(1, 201))
    for question, said in in_force(house, standing).items():
        assert said.version == last[question]
        assert len(set(said.answer.words.split())) == 1


def test_the_same_answer_again_is_known_to_be_kept_already() -> None:
    before = visits.Said(Answer("all", "why"), "iro", 3)
    assert answering.same(before, Answer("all", "why"), "iro")
    assert not answering.same(before, Answer("all", "why"), "review")
    assert not answering.same(before, Answer("all", "why "), "iro")
    assert not answering.same(None, Answer("all", "why"), "iro")


def test_nothing_is_saved_after_the_visit_ended(house: House, case: Case) -> None:
    standing = come_in(house, case.child.consultation_id)
    with house.db.writing() as s:
        access.end(s, standing.row.visit_id, house.clock())
    with pytest.raises(answering.Ended):
        keep(house, standing, "anything", "too late")
    assert in_force(house, standing) == {}
    with house.db.reading() as s:
        assert set(s.scalars(select(Response.version))) == {0}
        assert s.scalars(select(AnswerHistory.id)).all() == []
    assert screened(house) == []


def test_what_a_resting_visit_saves_does_not_wake_it(house: House, case: Case, clock: SettableClock) -> None:
    token = ""
    with house.db.writing() as s:
        link = access.find_link(s, house.vault, clock(), token=case.child.token)
        begun = access.begin(s, house.vault, link, clock())
        token = begun.token
        access.say_fact(s, house.vault, begun.visit_id, case.child.consultation_id, "4-5", clock())
        own_secret.set_secret(
            s, house.vault, house.booklets, begun.visit_id, case.child.consultation_id, "pin", "4821", clock()
        )

    def now_standing() -> Standing:
        with house.db.reading() as s:
            found = visits.find(
                s, house.vault, token, clock(), dt.timedelta(minutes=30), "my_review_my_choice"
            )
        assert found is not None
        return found

    clock.move(minutes=31)
    keep(house, now_standing(), "anything", "typed before the rest")
    assert in_force(house, now_standing())["anything"].answer.words == "typed before the rest"
    assert now_standing().resting


def test_a_failure_in_the_middle_keeps_nothing(
    house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = come_in(house, case.child.consultation_id)

    def broken(*_: Any) -> list[str]:
        raise RuntimeError("broken")

    monkeypatch.setattr(answering, "free_texts", broken)
    with pytest.raises(RuntimeError):
        keep(house, standing, "anything", "half")
    assert in_force(house, standing) == {}
    with house.db.reading() as s:
        assert set(s.scalars(select(Response.version))) == {0}
        assert s.scalars(select(AnswerHistory.id)).all() == []


def test_who_typed_is_kept_where_a_worker_helped(house: House, case: Case, social_worker: Worker) -> None:
    standing = come_in(house, case.child.consultation_id, social_worker.id)
    keep(house, standing, "anything", "typed together")
    with house.db.reading() as s:
        assert s.scalars(select(AnswerRow.typed_by)).one() == f"staff:{social_worker.id}"


def test_an_answer_moved_to_another_question_or_person_cannot_be_opened(house: House, case: Case) -> None:
    standing = come_in(house, case.child.consultation_id)
    keep(house, standing, "anything", "one")
    keep(house, standing, "questions", "two")
    other = come_in(house, case.parent.consultation_id)
    keep(house, other, "anything", "three")
    with house.db.writing() as s:
        sealed = dict(
            s.execute(
                select(AnswerRow.question_id, AnswerRow.sealed).where(
                    AnswerRow.response_id == standing.row.response_id
                )
            ).all()
        )
        s.execute(
            update(AnswerRow).where(AnswerRow.question_id == "questions").values(sealed=sealed["anything"])
        )
        s.execute(
            update(AnswerRow)
            .where(AnswerRow.response_id == other.row.response_id)
            .values(sealed=sealed["anything"])
        )
    for moved, question in ((standing, "questions"), (other, "anything")):
        with pytest.raises(SealBroken):
            assert in_force(house, moved)[question].answer


def test_another_installation_s_key_and_another_person_s_key_open_nothing(house: House, case: Case) -> None:
    standing = come_in(house, case.child.consultation_id)
    keep(house, standing, "anything", "sealed")
    with pytest.raises(SealBroken):
        visits.response_key(Vault(b"x" * 32, b"y" * 32), standing)
    other = come_in(house, case.parent.consultation_id)
    with house.db.reading() as s:
        row = s.scalars(select(AnswerRow)).one()
        with pytest.raises(SealBroken):
            visits.response_key(house.vault, other).open(
                row.sealed, visits.place(row.response_id, "anything")
            )
    with pytest.raises(SealBroken):
        house.vault.key(standing.row.response_key, f"response:{other.row.response_id}")

"""What changed since the last review: two records of one booklet, compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.review.speaking import item, line
from webapp.booklet.records import Item
from webapp.review.since import since

ITEMS = st.lists(
    st.builds(
        item, st.sampled_from(["home", "school", "me", "family"]), st.sampled_from(["1", "2", "3"]),
        words=st.sampled_from(["", "a", "b"]),
    ),
    unique_by=lambda one: one.question,
)  # fmt: skip


def told(before: list[Item], now: list[Item]) -> list[tuple[str, str]]:
    return [(one.question, one.how) for one in since(before, now)]


def test_new_changed_and_gone_are_told_apart() -> None:
    before = [item("home", "2"), item("school", "4"), item("me", words="sharks")]
    now = [item("home", "5"), item("school", "4"), item("change", words="a dog")]
    assert told(before, now) == [("home", "changed"), ("change", "new"), ("me", "gone")]


def test_another_label_language_or_way_in_is_no_change() -> None:
    before = item("home", "2", words="ok ")
    now = before.model_copy(
        update={"language": "ur", "channel": "sms", "asked": "?", "asked_staff": "Reworded?"}
    )
    assert told([before], [now]) == []


def test_of_lines_only_those_that_differ_are_left() -> None:
    before = [item("family", rows=[line("mum", "right"), line("yusuf", "not_enough"), line("nan", "right")])]
    now = [item("family", rows=[line("mum", "right"), line("yusuf", "right"), line("dad", "too_much")])]
    (found,) = since(before, now)
    assert found.before
    assert found.now
    assert [row.id for row in found.before.answer.rows] == ["yusuf", "nan"]
    assert [row.id for row in found.now.answer.rows] == ["yusuf", "dad"]


def test_dates_that_were_offered_then_last_decisions_and_who_helped_do_not_count() -> None:
    before = [item("when", rows=[line("good", "monday", "2026-09-01")]), item("decisions", rows=[line("D1", "yes")]),
              item("helping", "nobody")]  # fmt: skip
    now = [item("when", rows=[line("good", "monday", "2027-03-01")]), item("decisions", rows=[line("D2", "no")]),
           item("helping", "carer")]  # fmt: skip
    assert told(before, now) == []


def test_a_question_that_is_skipped_now_is_not_said_again() -> None:
    assert told([item("home", "2")], [item("home", skipped=True)]) == [("home", "gone")]


@given(ITEMS, ITEMS)
def test_nothing_changes_against_itself_and_back_is_the_mirror_of_forth(a: list[Item], b: list[Item]) -> None:
    assert since(a, a) == ()
    mirror = {"new": "gone", "gone": "new", "changed": "changed"}
    assert {(q, mirror[how]) for q, how in told(a, b)} == set(told(b, a))
    assert all(one.now or one.before for one in since(a, b))

"""Whom not to seat together: by what was chosen, the gravest first."""

from __future__ import annotations

from tests.review.speaking import item, line
from webapp.booklet.records import Said
from webapp.review.comparing import Spoken
from webapp.review.deciding import Wish
from webapp.review.seating import Seat, seats


def person(name: str, come: str, *, part: bool = False) -> Wish:
    row = line(name, come, part_only=part)
    return Wish(
        key=f"who:{name}", kind="who", question="who", asked="", asked_staff="", audience="iro", language="en",
        said=Said(choices=[], rows=[row], words=""), person=name, name=name, come=come,
    )  # fmt: skip


def test_the_gravest_comes_first_and_who_simply_comes_is_not_named() -> None:
    wishes = [
        person("Nan", "yes"),
        person("Jo", "not_sure"),
        person("Dad", "no"),
        person("Lin", "yes", part=True),
    ]
    parent = Spoken("Grace", "parent", item("safe_together", "no"), "Grace")
    fine = Spoken("Dan", "parent", item("safe_together", "yes"), "Dan")
    found = seats(wishes, [], [parent, fine])
    assert [(one.why, one.wish.name if one.wish else one.spoken and one.spoken.who) for one in found] == [
        ("refused", "Dad"), ("not_safe", "Grace"), ("part", "Lin"), ("not_sure", "Jo"),
    ]  # fmt: skip


def test_whom_another_child_of_the_meeting_refused_is_named_once() -> None:
    found: tuple[Seat[str], ...] = seats([person("Dad", "yes"), person("Mum", "no")], ["Dad", "Mum"], [])
    assert [(one.why, one.wish and one.wish.name) for one in found] == [
        ("refused", "Mum"),
        ("refused_by_another", "Dad"),
    ]


def test_a_parent_who_would_come_apart_is_named_and_one_who_skipped_is_not() -> None:
    apart = Spoken("Grace", "parent", item("come", "apart"), "Grace")
    skipped = Spoken("Dan", "parent", item("safe_together", "no", skipped=True), "Dan")
    assert [(one.why, one.spoken and one.spoken.who) for one in seats([], [], [apart, skipped])] == [
        ("apart", "Grace")
    ]

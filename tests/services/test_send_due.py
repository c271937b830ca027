"""`flask send-due` twice, late, and after three days of outage: each message at most once to each, nothing stale.

Single reasons stand in test_inviting, test_reminders, test_sending, test_sending_texts, test_telling and
test_guests_sending; here they meet an outage, and runs at any moment.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.clocks import SettableClock
from tests.fixtures.provider import Provider
from tests.messaging.doubles import FailingMessenger, KeepingMessenger
from tests.services.posting import Post
from tests.services.texting import Texts
from webapp.clock import LONDON
from webapp.house import House
from webapp.messaging import Outgoing, Sent, TryAgain

BY_LETTER = {"way": "letter", "address": ["1 Gull Lane", "SX1 1AA"]}
ASKED = ("child", "parent", "carer")
USUAL = {"people__0__reach": BY_LETTER, "people__1__reach": BY_LETTER}
Change = dict[str, Any]


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    return Post(house, tmp_path)


def at(day: str, hour: int = 10) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), LONDON)


def went(post: Post, before: int = 0) -> Counter[str]:
    """What the messengers were handed, by purpose."""
    purpose = {message.id: name for name, message in post.messages.items()}
    return Counter(purpose[one.id] for one in [*post.letter.taken, *post.email.taken][before:])


def each(template: str, *numbers: str) -> Counter[str]:
    return Counter(f"{template}:{who}{n}" for who in ASKED for n in numbers or ("",))


# the day of the review; the last runs before the outage; what the case system says meanwhile; the first run after it;
# what goes out then
OUTAGES: dict[str, tuple[str, tuple[str, ...], Change, str, Counter[str]]] = {
    "the invitation was due in it": ("2027-03-15", ("2027-01-31",), {}, "2027-02-03", each("invite")),
    "nobody had asked yet and the review is over": ("2027-02-03", (), {}, "2027-02-04", Counter()),
    "the first reminder was due in it": (
        "2027-03-15", ("2027-02-01", "2027-02-13"), {}, "2027-02-16", each("remind", ":2027-03-15:1")),
    "the first reminder is as old as the second": (
        "2027-03-15", ("2027-02-01", "2027-02-13"), {}, "2027-03-02", each("remind", ":2027-03-15:2")),
    "both reminders and the review are over": (
        "2027-03-15", ("2027-02-01", "2027-02-13"), {}, "2027-03-16", Counter()),
    "the child went missing": (
        "2027-03-15", ("2027-02-01", "2027-02-13"), {"child__hold": "missing"}, "2027-02-16", Counter()),
    "the mother may not be written to any more": (
        "2027-03-15", ("2027-01-31",), {"people__0__no_contact": True}, "2027-02-03",
        Counter(["invite:child", "invite:carer"])),
    "the review was called off": (
        "2027-03-15", ("2027-02-01", "2027-02-13"), {"review__status": "cancelled"}, "2027-02-16", Counter()),
    "the review was held in it": (
        "2027-02-14", ("2027-02-01", "2027-02-13"), {"review__status": "held"}, "2027-02-17",
        Counter({"invite:parent": 1, "invite:carer": 1})),  # the child after the letter, or a week
    "the review was brought forward past its reminders": (
        "2027-03-15", ("2027-02-01",), {"review__held_at": "2027-02-05T16:00"}, "2027-02-04", Counter()),
    "the review was put off": (
        "2027-03-15", ("2027-02-01", "2027-02-13"), {"review__held_at": "2027-04-28T16:00",
        "review__window_end": "2027-05-01"}, "2027-02-16", Counter()),
}  # fmt: skip


@pytest.mark.parametrize("case", OUTAGES)
def test_after_an_outage_each_gets_what_still_holds_once_and_nothing_else(
    post: Post, clock: SettableClock, case: str
) -> None:
    day, runs, change, back, expected = OUTAGES[case]
    for run in runs or ("2027-02-01",):
        clock.set(at(run))
        if run == (runs or (run,))[0]:
            post.load(**USUAL, review__held_at=f"{day}T16:00")
        if runs:
            post.send()
    before = len(post.letter.taken)
    if change:
        post.load(**USUAL, **{"review__held_at": f"{day}T16:00", **change})
    clock.set(at(back))
    for _ in range(3):
        post.send()
        clock.move(minutes=7)
    assert went(post, before) == expected


def test_a_message_that_was_being_tried_when_it_began_is_stale_after_the_review(
    post: Post, clock: SettableClock
) -> None:
    clock.set(at("2027-02-27"))
    post.load(**USUAL, review__held_at="2027-03-01T16:00")
    down = FailingMessenger(lambda: TryAgain("no_line"))
    assert post.send({"letter": down, "email": down}).put_off == 3
    clock.set(at("2027-03-02"))
    post.send()
    assert went(post) == Counter()
    assert {message.state for message in post.messages.values()} == {"stopped"}


def test_an_outage_that_ends_at_night_wakes_nobody(
    house: House, tmp_path: Path, provider: Provider, clock: SettableClock
) -> None:
    texts = Texts(house, tmp_path, provider)
    clock.set(at("2027-01-31"))
    texts.load(review__held_at="2027-03-15T16:00")
    texts.send()
    clock.set(at("2027-02-04", 23))
    for hours in (0, 1, 4, 3):
        clock.move(hours=hours)
        texts.send()
        assert provider.sent == []
    clock.set(at("2027-02-05", 8))
    texts.send()
    texts.send()
    assert len(provider.sent) == 1


class Unlucky(KeepingMessenger):
    """Refuses now and then, and now and then dies once it has taken something."""

    def __init__(self, dice: random.Random, clock: Callable[[], dt.datetime]) -> None:
        super().__init__()
        self.dice, self.clock = dice, clock
        self.died: set[str] = set()
        self.when: list[tuple[str, dt.datetime]] = []

    def send(self, outgoing: Outgoing) -> Sent:
        """Take it, or not, or take it and die."""
        luck = self.dice.random()
        if luck < 0.3:
            raise TryAgain("no_line")
        self.when.append((outgoing.id, self.clock()))
        sent = super().send(outgoing)
        if luck > 0.9:
            self.died.add(outgoing.id)
            raise KeyboardInterrupt
        return sent


@pytest.mark.parametrize("seed", [3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 24))])
def test_whenever_it_runs_and_whatever_fails_each_message_is_one_and_comes_in_its_time(
    post: Post, clock: SettableClock, seed: int
) -> None:
    dice = random.Random(seed)
    post.letter = Unlucky(dice, clock)
    post.load(**USUAL, review__held_at="2027-03-08T16:00")
    while clock() < at("2027-03-12"):
        try:
            post.send()
        except KeyboardInterrupt:
            clock.move(minutes=dice.choice([0, 11]))
        clock.move(minutes=dice.choice([1, 31, 600, 4320]))
    handed = Counter(own for own, _ in post.letter.when)
    messages = {message.id: message for message in post.messages.values()}
    assert len(messages) == len(post.messages), "a purpose is one message"
    assert all(count == 1 or own in post.letter.died for own, count in handed.items()), (
        "twice only where it died"
    )
    for own, when in post.letter.when:
        assert when < at("2027-03-09", 0)
        if messages[own].template == "remind":
            assert when >= at("2027-02-08", 0)
    assert {m.template for m in messages.values() if m.id in handed} == {"invite", "remind"}

"""Invitations and reminders by text and WhatsApp, to a stand-in for the provider."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.fixtures.clocks import SettableClock
from tests.fixtures.provider import SENDER, Provider
from tests.review.incoming_rows import row
from tests.services.texting import BY_WHATSAPP, NUMBER, SIDS, Texts
from webapp.chat.parts import count, is_gsm
from webapp.clock import LONDON
from webapp.documents.notices import Template
from webapp.house import House
from webapp.services import access
from webapp.services.sending_texts import WORDS, text
from webapp.store import Child, Consultation, Link

NIGHT = dt.datetime(2027, 2, 1, 21, 0, tzinfo=LONDON)
ALL: tuple[Template, ...] = tuple(WORDS)


@pytest.fixture
def texts(house: House, tmp_path: Path, provider: Provider) -> Texts:
    return Texts(house, tmp_path, provider)


def whatsapp(house: House, folder: Path, provider: Provider) -> Texts:
    """The carer is reached by WhatsApp, and said yes to it."""
    found = Texts(house, folder, provider, content_sids=SIDS)
    found.load(people__1__reach=BY_WHATSAPP)
    found.phone(whatsapp_opt_in_at=house.clock(), whatsapp_opt_in_by="person", whatsapp_opt_in_how="paper")
    return found


def bodies(provider: Provider) -> list[str]:
    return [one["body"] for one in provider.sent]


def test_whoever_is_reached_by_text_gets_one_that_names_nobody_and_a_link_that_opens(texts: Texts) -> None:
    texts.load()
    assert texts.send().sent == {"email": 1, "letter": 1, "sms": 1}
    (sent,) = texts.provider.sent
    assert (sent["to"], sent["from"]) == (NUMBER, SENDER)
    assert not any(
        private in sent["body"] for private in ("Maya", "Okafor", "Lin", "Carter", "foster", "care", "Gull")
    )
    message = texts.messages["invite:carer"]
    assert (message.state, message.way, message.provider_id) == ("sent", "sms", sent["sid"])
    assert message.parts == count(sent["body"]) <= 2
    token = re.findall(r"http://localhost/o/([\w-]+)", sent["body"])[0]
    house = texts.house
    with house.db.reading() as session:
        link = access.find_link(session, house.vault, house.clock(), token=token)
    assert link.consultation_id == texts.consultations["carer"].id
    assert texts.send().sent == {}


@pytest.mark.parametrize("template", ALL)
@pytest.mark.parametrize("who", ["child", "parent", "carer"])
def test_each_text_in_english_is_plain_and_at_most_two_parts_with_a_long_link(
    house: House, template: Template, who: str
) -> None:
    link = "https://review.harbourside-council.gov.uk/o/" + "x" * 22
    said = text(template, house.authority, language="en", who=who, link=link)
    assert is_gsm(said)
    assert count(said) <= 2
    assert said.endswith(link)


def test_a_reminder_is_the_same_whether_or_not_anything_was_answered(
    texts: Texts, clock: SettableClock
) -> None:
    texts.load(review__held_at="2027-03-15T16:00", child__reach={"way": "sms", "phone": NUMBER})
    texts.send()
    for _ in range(45):
        clock.move(days=1)
        texts.send()
    said = [re.sub(r"/o/[\w-]+", "", body) for body in bodies(texts.provider)]
    assert len(said) == 6  # a child and a carer on one phone
    assert len(set(said)) == 2


def test_nothing_goes_by_night_and_everything_in_the_morning_once(texts: Texts, clock: SettableClock) -> None:
    clock.set(NIGHT)
    texts.load()
    assert texts.send().sent == {"email": 1, "letter": 1}
    held = texts.messages["invite:carer"]
    assert (held.state, held.reason, held.attempts) == ("waiting", "quiet_hours", 0)
    assert held.due_at == dt.datetime(2027, 2, 2, 8, 0, tzinfo=LONDON)
    for _ in range(30):
        assert texts.again(clock, minutes=20).sent == {}
    with texts.house.db.reading() as session:
        carers = texts.consultations["carer"].id
        links = session.scalar(select(func.count()).select_from(Link).where(Link.consultation_id == carers))
    assert links == 0
    assert texts.again(clock, minutes=60).sent == {"sms": 1}
    assert (texts.consultations["carer"].state, len(texts.provider.sent)) == ("asked", 1)
    clock.move(hours=2)
    assert texts.send().sent == {}


@pytest.mark.parametrize("night", [dt.date(2027, 3, 27), dt.date(2027, 10, 30)])
def test_the_nights_when_clocks_change_end_at_eight_on_the_wall(
    texts: Texts, clock: SettableClock, night: dt.date
) -> None:
    clock.set(dt.datetime.combine(night, dt.time(22), LONDON))
    day = night + dt.timedelta(days=30)
    texts.load(
        review__held_at=f"{day}T16:00", review__window_start=str(night), review__window_end=str(day),
        child__reach__way="none", people__0__reach__way="none",
    )  # fmt: skip
    texts.send()
    clock.set(dt.datetime.combine(night + dt.timedelta(days=1), dt.time(7, 59), LONDON))
    assert texts.send().sent == {}
    clock.set(dt.datetime.combine(night + dt.timedelta(days=1), dt.time(8), LONDON))
    assert texts.send().sent == {"sms": 1}


def test_a_hold_that_comes_in_the_night_stops_what_was_to_go_in_the_morning(
    texts: Texts, clock: SettableClock
) -> None:
    clock.set(NIGHT)
    texts.load()
    texts.send()
    texts.load(row(child__hold="bereaved"))
    clock.move(hours=12)
    texts.send()
    assert texts.provider.sent == []
    assert texts.messages["invite:carer"].state == "stopped"


def test_children_are_left_alone_in_school_hours_and_adults_are_not(
    house: House, tmp_path: Path, provider: Provider, clock: SettableClock
) -> None:
    texts = Texts(house, tmp_path, provider, school_hours=["09:00", "15:30"])
    texts.load(child__reach={"way": "sms", "phone": "07700900124"})
    assert texts.send().sent == {"email": 1, "sms": 1}
    clock.set(dt.datetime(2027, 2, 1, 15, 30, tzinfo=LONDON))
    assert texts.send().sent == {"sms": 1}
    assert [one["to"] for one in provider.sent] == [NUMBER, "+447700900124"]


def test_whoever_opted_out_gets_nothing_until_they_say_start(texts: Texts, clock: SettableClock) -> None:
    texts.phone(opted_out_at=clock(), opted_out_word="STOP")
    texts.load()
    texts.send()
    assert texts.provider.asked == []
    found = texts.consultations["carer"]
    assert (found.state, found.reason) == ("unreachable", "opted_out")
    assert texts.again(clock).sent == {}
    texts.phone(opted_in_at=clock())
    assert texts.again(clock).sent == {"sms": 1}
    assert texts.consultations["carer"].state == "asked"


def test_a_wrong_number_is_left_alone_until_the_case_system_has_another(
    texts: Texts, clock: SettableClock
) -> None:
    texts.phone(wrong_number_at=clock(), wrong_number_how="wrong_number")
    texts.load()
    texts.send()
    assert texts.consultations["carer"].reason == "wrong_number"
    texts.load(row(people__1__reach={"way": "sms", "phone": "07700 900125"}))
    texts.again(clock)
    assert [one["to"] for one in texts.provider.sent] == ["+447700900125"]


def test_a_phone_that_changes_ends_the_old_link_and_the_new_phone_is_asked(
    texts: Texts, clock: SettableClock
) -> None:
    texts.load()
    texts.send()
    texts.load(row(people__1__reach={"way": "sms", "phone": "07700 900125"}))
    texts.again(clock)
    assert [one["to"] for one in texts.provider.sent] == [NUMBER, "+447700900125"]
    house = texts.house
    old = re.findall(r"/o/([\w-]+)", texts.provider.sent[0]["body"])[0]
    with house.db.reading() as session, pytest.raises(access.Closed):
        access.find_link(session, house.vault, house.clock(), token=old)


def test_an_opt_out_that_the_provider_knows_of_is_written_down_and_never_tried_again(
    texts: Texts, clock: SettableClock
) -> None:
    texts.provider.trouble_for[NUMBER] = (400, 21610)
    texts.load()
    assert texts.send().gave_up == 1
    assert (texts.messages["invite:carer"].state, texts.messages["invite:carer"].reason) == (
        "failed",
        "opted_out",
    )
    assert texts.consultations["carer"].reason == "opted_out"
    assert texts.opted_out() == "provider"
    for _ in range(5):
        clock.move(days=2)
        texts.send()
    assert len([line for line in texts.provider.asked if line.startswith("POST")]) == 1


@pytest.mark.parametrize("refusal", [(429, 20429), (401, 20003), (400, 21606)])
def test_what_is_refused_for_now_is_tried_again_with_growing_rests_and_goes_once(
    texts: Texts, clock: SettableClock, refusal: tuple[int, int]
) -> None:
    texts.provider.trouble.extend([refusal] * 3)
    texts.load()
    waits = []
    for _ in range(3):
        texts.send()
        due = texts.messages["invite:carer"].due_at
        waits.append((due - clock()).total_seconds() / 60)
        clock.set(due)
    assert waits == [1, 5, 15]
    assert texts.send().sent == {"sms": 1}
    texts.again(clock)
    assert len(texts.provider.sent) == 1


@pytest.mark.parametrize("trouble", ["taken", "break", (500, 20500)])
def test_where_nobody_knows_whether_it_went_the_provider_is_asked_before_another_try(
    texts: Texts, clock: SettableClock, trouble: str | tuple[int, int]
) -> None:
    texts.provider.trouble.append(trouble)
    texts.load()
    assert texts.send().put_off == 1
    texts.provider.listing = (503, 0)
    assert texts.again(clock, minutes=1).put_off == 1  # it can't be asked: nothing is sent
    assert len(texts.provider.sent) == (trouble == "taken")
    texts.provider.listing = None
    assert texts.again(clock).sent == {"sms": 1}
    (sent,) = texts.provider.sent
    message = texts.messages["invite:carer"]
    assert (message.state, message.provider_id) == ("sent", sent["sid"])
    texts.again(clock)
    assert len(texts.provider.sent) == 1


def test_children_on_one_phone_whose_texts_say_the_same_are_told_apart_by_their_links(
    texts: Texts, clock: SettableClock
) -> None:
    shared = {"way": "sms", "phone": NUMBER}
    texts.load(*(
        row(review__id=f"R-{n}", child__id=f"C-{n}", child__reach=shared, people=[]) for n in range(2)
    ))  # fmt: skip
    texts.provider.trouble.extend(["taken", "break"])
    assert texts.send().put_off == 2
    texts.again(clock)
    assert len(bodies(texts.provider)) == len(set(bodies(texts.provider))) == 2
    with texts.house.db.reading() as session:
        assert set(session.scalars(select(Consultation.state))) == {"asked"}


def test_whatsapp_goes_by_an_approved_template_that_has_only_the_link_filled_in(
    house: House, tmp_path: Path, provider: Provider
) -> None:
    texts = whatsapp(house, tmp_path, provider)
    assert texts.send().sent == {"email": 1, "letter": 1, "whatsapp": 1}
    form = provider.sent[0]["form"]
    assert (form["To"], form["ContentSid"]) == (f"whatsapp:{NUMBER}", SIDS["invite"]["en"])
    (link,) = json.loads(form["ContentVariables"]).values()
    assert re.fullmatch(r"http://localhost/o/[\w-]{22}", link)
    assert "Body" not in form


@pytest.mark.parametrize("code", [63016, 63024, 21656])
def test_what_whatsapp_does_not_take_goes_to_the_same_phone_as_a_text(
    house: House, tmp_path: Path, provider: Provider, clock: SettableClock, code: int
) -> None:
    texts = whatsapp(house, tmp_path, provider)
    provider.trouble_for[f"whatsapp:{NUMBER}"] = (400, code)
    texts.send()
    texts.again(clock)
    assert [one["to"] for one in provider.sent] == [NUMBER]
    assert (texts.messages["invite:carer"].way, texts.messages["invite:carer"].state) == ("sms", "sent")
    assert len([line for line in provider.asked if line.startswith("POST")]) == 2


@pytest.mark.parametrize(("year", "way"), [(2014, "sms"), (2013, "whatsapp")])
def test_whatsapp_never_goes_to_a_child_who_may_be_under_thirteen(
    house: House, tmp_path: Path, provider: Provider, year: int, way: str
) -> None:
    texts = Texts(house, tmp_path, provider, content_sids=SIDS)
    texts.load(
        child__reach=BY_WHATSAPP, child__birth_date="2010-01-01", people=[],
        child__known_fact={"kind": "word", "value": "harbour"},
    )  # fmt: skip
    with (
        house.db.writing() as session
    ):  # the import refuses such a row; the check goes before every message too
        session.execute(update(Child).values(birth_date=None, birth_year=year))
    texts.phone(whatsapp_opt_in_at=house.clock())
    assert texts.send().sent == {way: 1}


def test_whatsapp_goes_only_after_a_yes_where_it_is_switched_on_and_has_its_template(
    house: House, tmp_path: Path, provider: Provider
) -> None:
    texts = Texts(house, tmp_path, provider, content_sids=SIDS)
    texts.load(people__1__reach=BY_WHATSAPP)
    assert texts.send().sent["sms"] == 1  # nobody said yes


def test_without_a_template_of_whatsapp_a_text_goes(house: House, tmp_path: Path, provider: Provider) -> None:
    texts = Texts(house, tmp_path, provider)
    texts.load(people__1__reach=BY_WHATSAPP)
    texts.phone(whatsapp_opt_in_at=house.clock())
    assert texts.send().sent["sms"] == 1


def test_no_number_and_no_words_of_a_text_are_stored_in_the_clear(texts: Texts) -> None:
    texts.load()
    texts.send()
    message = texts.messages["invite:carer"]
    kept = repr(vars(message))
    assert "7700900123" not in kept
    assert "meeting" not in kept

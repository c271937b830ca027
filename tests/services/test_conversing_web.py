"""The same booklet by text and on the page: one set of answers, and what was said there is not told here."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.fixtures.cases import Case, Invited, invite, make_case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Worker
from tests.services.coming_in import opened, say, set_secret, standing
from tests.services.talking import CHILD, Phone, by_text, kept, to
from webapp.booklet.answers import Answer
from webapp.house import House
from webapp.services import access, answering, deciding, deciding_desk, visits
from webapp.services.access import Closed
from webapp.services.conversing import Media
from webapp.store import AnswerHistory, AnswerRow, InboundMedia, Message, Response, Review


def on_the_page(house: House, who: Invited) -> access.Opened:
    """The child is in on the web, with a secret of their own."""
    visit = opened(house, who)
    say(house, who, visit, "4-5")
    set_secret(house, who, visit)
    return visit


def answer(house: House, visit: access.Opened, question: str, said: Answer) -> None:
    """An answer on the page."""
    found = standing(house, visit)
    key = visits.response_key(house.vault, found)
    saying = answering.saying(key, found.row.response_id, question, said, "review")
    with house.db.keeping() as s:
        answering.record(s, found, saying, now=house.clock())


@pytest.fixture
def case(house: House, tmp_path: Path) -> Case:
    """Maya's case; she has a phone."""
    return by_text(house, tmp_path)


def test_who_began_on_the_page_goes_on_by_text_where_they_were(house: House, case: Case) -> None:
    visit = on_the_page(house, case.child)
    answer(house, visit, "helping", Answer("nobody"))
    assert "Do you want to be at your review?" in Phone(house).known()


def test_what_was_said_on_the_page_is_never_read_back_by_text(house: House, case: Case) -> None:
    """A16."""
    visit = on_the_page(house, case.child)
    answer(house, visit, "helping", Answer("advocate"))
    answer(house, visit, "good_news", Answer(None, "CANARY"))
    phone = Phone(house)
    phone.known()
    phone.send("2")
    said = phone.send("check")
    assert "said on the web page" in said
    assert "advocate" not in said.lower()
    assert "CANARY" not in said
    assert "Yes, for part of it" in said


def test_an_answer_of_the_page_that_is_changed_by_text_is_not_read_back_either(
    house: House, case: Case
) -> None:
    visit = on_the_page(house, case.child)
    answer(house, visit, "attend", Answer("part"))
    phone = Phone(house)
    phone.known()
    phone.send("1")
    phone.send("back")
    phone.send("1")
    assert "for part of it" not in phone.send("check")


def test_where_the_page_has_answered_since_it_is_asked_which_counts(house: House, case: Case) -> None:
    phone = Phone(house)
    phone.known()
    visit = by_new_link(house, case)
    answer(house, visit, "helping", Answer("carer"))
    asked = phone.send("1")
    assert "You have answered this on your web page since" in asked
    assert phone.said()["helping"] == ("carer", "", "web")
    phone.send("2")
    assert phone.said()["helping"] == ("nobody", "", "sms")
    assert phone.asked == "attend"


def test_the_page_may_be_left_as_it_is(house: House, case: Case) -> None:
    phone = Phone(house)
    phone.known()
    visit = by_new_link(house, case)
    answer(house, visit, "helping", Answer("carer"))
    phone.send("1")
    phone.send("Keep the web page")
    assert phone.said()["helping"] == ("carer", "", "web")
    assert phone.asked == "attend"


def by_new_link(house: House, case: Case) -> access.Opened:
    new = invite(house, case.child.consultation_id)
    return on_the_page(house, new)


def test_who_began_by_text_opens_it_on_the_page_only_through_a_newer_link(
    house: House, case: Case, clock: SettableClock
) -> None:
    phone = Phone(house)
    clock.move(minutes=1)
    phone.known()
    phone.send("1")
    clock.move(minutes=1)
    visit = opened(house, case.child)
    say(house, case.child, visit, "4-5")
    with pytest.raises(Closed):
        set_secret(house, case.child, visit)
    new = invite(house, case.child.consultation_id)
    visit = on_the_page(house, new)
    found = standing(house, visit)
    with house.db.reading() as s:
        assert visits.answers(s, house.vault, found)["helping"].answer == Answer("nobody")


def test_the_word_link_gives_such_a_link_to_this_phone(
    house: House, case: Case, clock: SettableClock
) -> None:
    phone = Phone(house)
    phone.known()
    phone.send("1")
    clock.move(minutes=1)
    sent = phone.send("LINK")
    token = sent.split("/o/")[1].split()[0]
    visit = on_the_page(house, Invited(case.child.consultation_id, token, ""))
    assert standing(house, visit).own
    assert "/o/" not in phone.send("who reads this?")
    with house.db.reading() as s:
        assert all(token not in repr(vars(row)) for row in s.scalars(select(Message)))


def test_a_worker_side_by_side_does_not_open_what_was_said_by_text(house: House, case: Case) -> None:
    from webapp.store import Staff

    phone = Phone(house)
    phone.known()
    phone.send("1")
    with house.db.writing() as s:
        staff = s.scalars(select(Staff)).first() or Staff(
            id="0" * 32, external_id="S-7", username="worker", name="Femi", email="femi@example.org", roles="worker",
            key=b"", active=True,
        )  # fmt: skip
        s.add(staff)
        s.flush()
        with pytest.raises(Closed):
            access.begin_side_by_side(s, house.vault, case.child.consultation_id, staff, house.clock())


def test_page_and_text_at_once_lose_nothing_and_mix_nothing(house: House, case: Case) -> None:
    """L3: the last write to a question wins, history keeps the others."""
    phone = Phone(house)
    phone.known()
    to(phone, "good_news")
    visit = by_new_link(house, case)
    before = history(house)
    failed = list[BaseException]()

    def page() -> None:
        try:
            for n in range(15):
                answer(house, visit, "questions", Answer(None, f"page {n}"))
        except BaseException as error:
            failed.append(error)

    def text() -> None:
        try:
            for n in range(15):
                phone.send(f"text number {n}")
                phone.send("back")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one) for one in (page, text)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    said = kept(house, case.child.consultation_id)
    assert said["questions"][1] in {f"page {n}" for n in range(15)} | {f"text number {n}" for n in range(15)}
    with house.db.reading() as s:
        versions = list(s.scalars(select(AnswerHistory.version)))
        top = s.scalar(select(func.max(Response.version)))
    assert len(versions) == len(set(versions))
    assert max(versions) == top
    assert history(house) >= before + 15


def history(house: House) -> int:
    with house.db.reading() as s:
        return s.scalar(select(func.count()).select_from(AnswerHistory)) or 0


ASKED = {
    "who is this?": "I'm a computer at Review Unit, Harbourside Council",
    "who will see this?": "Your IRO reads it first",
    "when is it?": "2 March 2027",
    "where is it?": "I don't know the place",
    "who's coming?": "You say who you want",
    "how many more?": "questions left",
}


@pytest.mark.parametrize("question", ASKED)
def test_a_question_of_theirs_is_answered_truly_and_then_ours_comes_again(
    house: House, case: Case, question: str
) -> None:
    phone = Phone(house)
    phone.known()
    reply = phone.send(question)
    assert ASKED[question] in reply
    assert "helping you with this?" in reply
    assert "Gull Lane" not in reply
    assert phone.said() == {}


def test_what_came_between_does_not_leave_the_same_numbers_unsaid(house: House, case: Case) -> None:
    phone = Phone(house)
    phone.known()
    to(phone, "where")
    assert "1 Where I live" not in phone.send("school")
    again = phone.send("who will see this?")
    assert "Where must it NOT be?\n1 Where I live" in again


def test_when_is_not_told_where_no_day_is_known(house: House, case: Case) -> None:
    phone = Phone(house)
    phone.known()
    with house.db.writing() as s:
        s.execute(update(Review).values(held_at=None))
    assert "I don't know a day" in phone.send("when is it?")


def test_what_was_decided_is_told_to_nobody_by_text_and_a_link_leads_there(
    house: House, case: Case, iro: Worker
) -> None:
    phone = Phone(house)
    phone.known()
    to(phone, "chair")
    phone.send("2")
    with house.db.writing() as s:
        desk = deciding_desk.desk(s, house.vault, iro.id, case.review_id, lock=True)
        assert desk is not None
        deciding.settle(
            s, house.vault, house.takers, house.authority.timetable, desk, deciding.moment("2027-03-04", "16:00"),
            "CANARY-PLACE", "", iro.id, house.clock(),
        )  # fmt: skip
    for question in ("what was decided?", "did i get what i asked for"):
        reply = phone.send(question)
        assert "Here is your web page." in reply
        assert "CANARY" not in reply


def test_another_language_changes_what_we_say_and_asks_again(house: House, case: Case) -> None:
    phone = Phone(house)
    phone.known()
    phone.send("urdu")
    assert phone.conversation.language == "ur"
    assert phone.asked == "helping"
    phone.send("1")
    with house.db.reading() as s:
        assert {row.language for row in s.scalars(select(AnswerRow))} == {"ur"}


@pytest.mark.usefixtures("compiled_catalogues")
@pytest.mark.parametrize(("offered", "english"), [("محفوظ", "save"), ("لنک", "link")])
def test_a_word_that_is_offered_in_urdu_does_what_the_english_one_does(
    house: House, case: Case, offered: str, english: str
) -> None:
    phone = Phone(house)
    phone.known()
    phone.send("urdu")
    assert offered in phone.send("menu")
    in_urdu = phone.send(offered)
    phone.send("1")
    assert phone.send(english).split("http")[0] == in_urdu.split("http")[0]


def test_the_menu_tells_the_words_and_the_question_stands(house: House, case: Case) -> None:
    phone = Phone(house)
    phone.known()
    assert "SKIP, BACK, SAVE" in phone.send("menu")
    assert phone.asked == "helping"
    phone.send("1")
    assert phone.said()["helping"][0] == "nobody"


OLDER = {"child": {"birth_date": "2012-05-04", "reach": {"way": "sms", "phone": CHILD}}}
VOICE = Media("https://api.example.org/media/ME1", "audio/ogg")


def on_whatsapp(house: House, folder: Path) -> Phone:
    """A child of fourteen on WhatsApp, recognised."""
    make_case(house, folder, OLDER)
    phone = Phone(house, channel="whatsapp")
    phone.known()
    return phone


def test_on_whatsapp_choices_are_buttons_and_numbers_and_the_worker_sends_them(
    house: House, tmp_path: Path
) -> None:
    phone = on_whatsapp(house, tmp_path)
    reply = phone.reply("1")
    assert reply.posted
    assert len(reply.out[-1].items or reply.out[-1].buttons) == 5
    assert "1 Yes, for all of it" in reply.out[-1].text
    with house.db.reading() as s:
        waiting = s.scalars(select(Message).where(Message.state == "waiting")).all()
    assert reply.out[-1].message_id in {one.id for one in waiting}
    assert all(one.sealed for one in waiting)


def test_a_button_of_an_older_question_changes_that_answer_and_no_other(house: House, tmp_path: Path) -> None:
    phone = on_whatsapp(house, tmp_path)
    with house.db.writing() as s:
        first = s.scalars(select(Message).where(Message.purpose.startswith("prompt:"))).one()
        first.provider_id = "SMfirst"
    phone.send("1")
    assert phone.asked == "attend"
    reply = phone.send("2", replied_to="SMfirst")
    assert phone.said()["helping"][0] == "carer"
    assert "attend" not in phone.said()
    assert "Do you want to be at your review?" in reply


def test_a_voice_note_is_an_answer_to_a_question_for_words(house: House, tmp_path: Path) -> None:
    phone = on_whatsapp(house, tmp_path)
    to(phone, "good_news")
    reply = phone.send("", media=(VOICE,))
    assert "I have kept that with your answer" in reply
    assert phone.asked != "good_news"
    with house.db.reading() as s:
        found = s.scalars(select(InboundMedia)).one()
    assert (found.question_id, found.state, found.media_type) == ("good_news", "waiting", "audio/ogg")
    assert VOICE.url.encode() not in found.sealed
    assert phone.said()["good_news"] == (None, "", "whatsapp")


def test_a_voice_note_to_a_question_with_choices_is_refused_and_never_fetched(
    house: House, tmp_path: Path
) -> None:
    phone = on_whatsapp(house, tmp_path)
    assert "can't take pictures" in phone.send("", media=(VOICE,))
    with house.db.reading() as s:
        assert s.scalars(select(InboundMedia)).all() == []


@pytest.mark.parametrize("kind", ["text/vcard", "application/pdf", "video/mp4"])
def test_other_things_than_sound_and_pictures_are_refused(house: House, tmp_path: Path, kind: str) -> None:
    phone = on_whatsapp(house, tmp_path)
    to(phone, "good_news")
    assert "can't take pictures" in phone.send("", media=(Media(VOICE.url, kind),))
    assert phone.asked == "good_news"

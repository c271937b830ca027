"""The letter and the emails: what stands in them, in any language, and what never does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from config import ROOT, Authority, load_authority
from tests.booklet.test_words import READING_AGE, reading_age
from tests.fixtures.houses import AUTHORITY
from webapp import i18n
from webapp.clock import LONDON
from webapp.documents import guest_words, words
from webapp.documents.letter import Addressee, in_groups, letter, qr
from webapp.documents.notices import notice, worry_notice
from webapp.documents.words import day_in_words

UNTIL = dt.date(2027, 3, 28)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return load_authority(Path(AUTHORITY))


def page(authority: Authority, who: str = "child", name: str = "Maya Okafor", **changes: object) -> str:
    to = Addressee(name, ["1 Gull Lane", "SX1 1AA"], name.split()[0], who)
    return letter(
        to, authority, public_url="https://review.example/", token="TOKEN", code="BCDFGHJKMN", until=UNTIL,
        printed_on=dt.date(2027, 2, 1), **changes,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("who", ["child", "parent", "carer", "adopter", "observer"])
def test_every_letter_says_how_to_come_in_who_reads_it_and_who_to_ring(
    authority: Authority, who: str
) -> None:
    text = page(authority, who)
    assert "<span>BCDFG</span><i>-</i><span>HJKMN</span>" in text
    assert "review.example/code" in text
    assert "28 March 2027" in text
    assert "IRO reads it first" in text
    for number in ("999", "0800 1111", "01632 960010", "01632 960020", "01632 960001"):
        assert number in text


@pytest.mark.parametrize("who", ["child", "parent", "carer"])
def test_a_letter_has_no_style_of_its_own_and_no_script(authority: Authority, who: str) -> None:
    text = page(authority, who)
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|javascript:", text)
    assert re.findall(r'(?:href|src)="([^"]*)"', text) == ["/static/letter.css"]


def test_only_a_reminder_says_that_it_is_one(authority: Authority) -> None:
    assert "This is a reminder" not in page(authority)
    assert "This is a reminder. We send it to everyone." in page(authority, template="remind")


@pytest.mark.parametrize("who", ["child", "parent", "carer"])
def test_a_letter_after_a_cleared_secret_says_what_happened_and_how_to_go_on(
    authority: Authority, who: str
) -> None:
    text = page(authority, who, template="reset")
    for said in ("the secret for your page was forgotten", "Nothing that you saved is lost", "BCDFG"):
        assert said in text
    assert "is coming up" not in text


def test_an_email_after_a_cleared_secret_says_what_happened_and_how_to_go_on(authority: Authority) -> None:
    made = notice(
        "reset", authority, language="en", who="child", link="https://review.example/o/T", until=UNTIL
    )  # fmt: skip
    assert made.subject == "A new link to your page"
    assert "your old link has stopped working" in made.body
    assert "https://review.example/o/T" in made.body
    assert "A meeting is coming up" not in made.body


def test_names_are_text_and_cannot_turn_the_page_around(authority: Authority) -> None:
    text = page(authority, name="<b>Maya</b> {{ 7*7 }} \u202eevil")
    assert "<bdi>&lt;b&gt;Maya&lt;/b&gt; {{ 7*7 }} \u202eevil</bdi>" in text
    assert "49" not in text.replace("0149", "")


@pytest.fixture
def catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Callable[[str], bool]], None]]:
    """Makes an Urdu catalogue out of those texts of the templates that a test wants in it, each marked with ✦."""

    def make(wanted: Callable[[str], bool]) -> None:
        found = Catalog(locale="ur")
        for folder in ("letters", "messages"):
            for file in (ROOT / "templates" / folder).iterdir():
                source = file.read_text("utf-8")
                for _, _, call in words.environment("en").extract_translations(source):  # type: ignore[attr-defined]
                    text = call if isinstance(call, str) else str(call[0])
                    if wanted(text):
                        found.add(text, f"✦ {text}")
        (tmp_path / "ur/LC_MESSAGES").mkdir(parents=True)
        with (tmp_path / "ur/LC_MESSAGES/messages.mo").open("wb") as out:
            write_mo(out, found)

    def forget() -> None:
        for kept in (i18n.translations, words.environment):
            kept.cache_clear()

    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    forget()
    yield make
    forget()


def test_a_letter_in_urdu_runs_from_right_to_left_and_its_code_does_not(
    authority: Authority, catalogue: Callable[[Callable[[str], bool]], None]
) -> None:
    catalogue(lambda _: True)
    text = page(authority, language="ur")
    assert "✦ Your review is coming up." in text
    assert "28 مارچ" in text
    assert '<html lang="ur" dir="rtl">' in text
    assert '<p class="code" dir="ltr">' in text
    assert '<html lang="en" dir="ltr">' in page(authority)


def in_english(text: str) -> bool:
    return '<html lang="en" dir="ltr">' in text and "28 March 2027" in text and "✦" not in text


@pytest.mark.usefixtures("urdu_for_children")
def test_a_parent_whose_language_covers_children_only_is_written_to_in_english_throughout(
    authority: Authority, catalogue: Callable[[Callable[[str], bool]], None]
) -> None:
    catalogue(lambda _: True)
    assert in_english(page(authority, language="ur", who="parent"))
    made = notice(
        "invite", authority, language="ur", who="parent", link="https://review.example/o/T", until=UNTIL
    )  # fmt: skip
    assert (made.language, "✦" in made.body) == ("en", False)


def test_an_email_from_right_to_left_leaves_its_address_bare_and_numbers_in_order(
    authority: Authority, catalogue: Callable[[Callable[[str], bool]], None]
) -> None:
    catalogue(lambda _: True)
    made = notice(
        "invite", authority, language="ur", who="child", link="https://review.example/o/T", until=UNTIL
    )  # fmt: skip
    lines = made.body.splitlines()
    assert made.language == "ur"
    assert "https://review.example/o/T" in lines
    assert all(line.startswith("\u200f") for line in lines if line and not line.startswith("http"))
    assert f"\u2068{authority.emergency.phone}\u2069" in made.body


def test_a_language_that_the_authority_does_not_offer_is_not_spoken(
    authority: Authority, catalogue: Callable[[Callable[[str], bool]], None]
) -> None:
    catalogue(lambda _: True)
    assert in_english(page(authority.model_copy(update={"languages": ("en",)}), language="ur"))


@pytest.mark.parametrize("language", ["xx", "not a language"])
def test_without_a_catalogue_letters_and_emails_are_english(authority: Authority, language: str) -> None:
    offering = authority.model_copy(update={"languages": ("en", language)})
    assert in_english(page(offering, language=language))
    made = notice(
        "remind", offering, language=language, who="parent", link="https://review.example/o/T", until=UNTIL
    )  # fmt: skip
    assert (made.language, "28 March 2027" in made.body) == ("en", True)


def test_the_square_is_a_picture_without_style_attributes() -> None:
    square = qr("https://review.example/o/TOKEN")
    assert "style" not in square
    assert ElementTree.fromstring(square).tag.endswith("svg")
    assert qr("https://review.example/o/OTHER") != square


@pytest.mark.parametrize("code", ["BCDFGHJKMN", "BCDFG-HJKMN", "BCDFG HJKMN"])
def test_a_code_is_shown_in_two_groups_of_five(code: str) -> None:
    assert in_groups(code) == ["BCDFG", "HJKMN"]


@pytest.mark.parametrize("template", ["invite", "remind", "reset"])
@pytest.mark.parametrize("child", [True, False])
@pytest.mark.parametrize("language", ["en", "ur", "ar", "xx"])
def test_an_email_has_a_subject_of_one_line_a_link_an_end_and_help(
    authority: Authority, template: str, child: bool, language: str
) -> None:
    made = notice(
        template, authority, language=language, who="child" if child else "parent",  # type: ignore[arg-type]
        link="https://review.example/o/T", until=UNTIL,
    )  # fmt: skip
    assert made.subject
    assert "\n" not in made.subject
    assert "https://review.example/o/T\n" in made.body
    assert "0800 1111" in made.body
    assert not re.search(
        r"\b(child|care|foster|mum|dad|worry|safe)\b", f"{made.subject} {made.body}", re.IGNORECASE
    )


def test_the_alert_about_a_worry_says_where_to_look_and_nothing_else() -> None:
    made = worry_notice("https://review.example/")
    assert made.subject == "Someone needs you to look now"
    assert "https://review.example/staff/worries" in made.body
    assert worry_notice("https://review.example", escalated=True).subject != made.subject


@pytest.mark.parametrize(
    ("language", "words"), [("en", "28 March 2027"), ("xx", "28 March 2027"), ("cy", "28 Mawrth 2027")]
)
def test_a_date_is_said_as_people_say_it(language: str, words: str) -> None:
    assert day_in_words(UNTIL, language) == words


@pytest.mark.parametrize("what", ["invitation", "change", "cancellation"])
def test_who_is_invited_may_be_a_child_of_nine_and_is_asked_to_keep_no_secret(
    authority: Authority, what: guest_words.What
) -> None:
    link = "https://x.example/g/A"
    told = guest_words.Told(what, dt.datetime(2027, 3, 2, 16, tzinfo=LONDON), "Harbour Café", link, "en")
    mail, text = guest_words.email(told, authority).body, guest_words.text(told, authority)
    to = Addressee("Sam", ["1 Gull Lane"], "Sam", "parent")
    paper = guest_words.letter_on_paper(told, to, authority, printed_on=UNTIL, style="standard")
    blocks = [block for part in paper["blocks"] for block in part.get("blocks", [part])]
    on_paper = ["".join(run["text"] for run in block["runs"]) for block in blocks]
    for said in (mail.replace(link, "").splitlines(), [text.replace(link, "")], on_paper):
        assert reading_age(*filter(str.strip, said)) <= READING_AGE
        assert "yourself" not in " ".join(said)


def test_a_place_that_was_translated_stands_first_on_paper_and_as_typed_beneath_it(
    authority: Authority,
) -> None:
    at, link = dt.datetime(2027, 3, 2, 16, tzinfo=LONDON), "https://x.example/g/A"
    told = guest_words.Told("change", at, "Harbour Café", link, "cy", "Caffi’r Harbwr")
    to, found = Addressee("Sam", ["1 Gull Lane"], "Sam", "parent"), []
    for languages in (("en", "cy"), ("en",)):
        offering = authority.model_copy(update={"languages": languages})
        paper = guest_words.letter_on_paper(told, to, offering, printed_on=UNTIL, style="standard")
        runs = [run for block in paper["blocks"] if "runs" in block for run in block["runs"]]
        found.append([(run["text"], run["ltr"]) for run in runs if "Caf" in run["text"]])
    assert found == [
        [("Ble: Caffi’r Harbwr", False), ("Harbour Café", True)], [("Where: Harbour Café", False)]
    ], "never in another language than the words around it"  # fmt: skip

"""The printed booklet: whole and tagged in every style, in the reader's language, and true on paper."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import pytest

from config import ROOT, Authority, load_authority
from tests.documents.tagged import Tagged
from tests.fixtures.houses import AUTHORITY
from webapp.booklet.answers import Context, Decision, Person
from webapp.booklet.definition import Booklet, Fact
from webapp.booklet.loader import load, load_all
from webapp.catalogues import read, texts
from webapp.documents import booklet_paper, typeset
from webapp.documents.booklet_paper import STYLES, Paper, Style, WayIn, paper, printed_in
from webapp.documents.booklet_pdf import TEMPLATE, NotMadeError, Part, booklet_pdf, bound
from webapp.documents.glyphs import FONTS, drawable, printable
from webapp.i18n import COVERS

BOOKLETS = load_all()
MENU = BOOKLETS["my_review_my_choice"]
EXAMPLES = sorted((Path(__file__).parents[1] / "booklet" / "examples").glob("*.yaml"))
NASTY = "#let x = 1 *b* _i_ $5$ `raw` <label> @cite \\ [x] // end"
PEOPLE = (
    Person("p1", "Ruth Abara", "Your IRO", "iro", must_come=True),
    Person("p2", "Kim Hart", "Your mum", "parent", family=True),
)
NAMES = {"child": "Maya", "name": "Kim", "iro": "Ruth Abara", "council": "Anytown"}
FACTS: frozenset[Fact] = frozenset(
    {"age_8_11", "has_people", "has_decisions", "has_brothers_or_sisters", "foster"}
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return load_authority(Path(AUTHORITY))


Make = Callable[..., Paper]


@pytest.fixture
def made_for(authority: Authority) -> Make:
    """A paper for Maya, with changes."""

    def make(
        style: Style = "standard", decision: str = "Maya gets swimming lessons", **changes: object
    ) -> Paper:
        context = Context(FACTS, PEOPLE, (Decision("d1", decision),), (dt.date(2027, 3, 30),), NAMES)
        given: dict[str, object] = {
            "context": context, "style": style, "name": "Maya", "reference": "R-77",
            "way_in": WayIn("TOKEN", "BCDFGHJKMN", dt.date(2027, 3, 28)), "send_by": dt.date(2027, 3, 20),
            **changes,
        }  # fmt: skip
        return Paper(authority, "https://review.example/", **given)  # type: ignore[arg-type]

    return make


def made(booklet: Booklet, made_for: Paper) -> bytes:
    """The PDF, made in this process: starting one for each would take longer than making it."""
    data = paper(booklet, made_for)
    whole = bound([Part("booklet", data)], data["title"])
    return typeset.pdf(str(TEMPLATE), str(FONTS), json.dumps(whole))


def test_the_pdf_is_made_in_a_process_of_its_own(made_for: Make) -> None:
    assert booklet_pdf(MENU, made_for()) == made(MENU, made_for())


def test_a_booklet_that_cannot_be_made_says_so_without_its_words(
    made_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booklet_paper, "printable", str)
    with pytest.raises(NotMadeError, match="could not be displayed") as raised:
        booklet_pdf(MENU, made_for(name="ሳሚ"))
    assert "ሳ" not in str(raised.value)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", BOOKLETS)
def test_every_booklet_is_a_whole_tagged_pdf_in_every_style(name: str, style: Style, made_for: Make) -> None:
    booklet = BOOKLETS[name]
    found = Tagged(made(booklet, made_for(style)))
    assert found.root["/MarkInfo"]["/Marked"]
    assert found.root["/Lang"] == "en"
    assert found.title == booklet.title
    headings = found.headings()
    assert headings[0] == (1, booklet.title)
    assert [level for level, _ in headings].count(1) == 1
    assert all(b <= a + 1 for (a, _), (b, _) in pairwise(headings)), "a level is left out"
    assert {e.alt for e in found.of("Figure")} == {"A square code for the camera of a phone"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_kind_and_feature_has_its_place_on_paper(example: Path, made_for: Make) -> None:
    booklet = load(example)
    found = Tagged(made(booklet, made_for()))
    asked = [
        question["text"]
        for section in paper(booklet, made_for())["sections"]
        for question in section["questions"]
    ]
    assert all(any(words in title for _, title in found.headings()) for words in asked)


def test_headings_are_read_in_the_booklets_own_order(made_for: Make) -> None:
    data = paper(MENU, made_for())
    found = [title for level, title in Tagged(made(MENU, made_for())).headings() if level == 3]
    wanted = [q for section in data["sections"] for q in section["questions"]] + data["private"]["questions"]
    assert found == [f"{q['number']}. {q['text']}" if q["number"] else q["text"] for q in wanted]


def test_what_staff_typed_stays_as_it_was_typed(made_for: Make, authority: Authority) -> None:
    people = (Person("p1", f"Kim {NASTY}", "*Your* _mum_", "parent", family=True),)
    typed = made_for(decision=NASTY, name="#Maya*", reference="$R_7$")
    context = Context(typed.context.facts, people, typed.context.decisions, (), {"child": "{iro} #x"})
    given = made_for(context=context, name="#Maya*", reference="$R_7$")
    text = Tagged(made(MENU, given)).text
    for words in (f"Kim {NASTY}", "*Your* _mum_", "This is for #Maya*", "$R_7$"):
        assert words in text
    assert NASTY in Tagged(made(BOOKLETS["carer"], given)).text
    assert "{iro} #x" in Tagged(made(BOOKLETS["carer"], given)).text


def test_a_letter_that_no_font_has_does_not_stop_the_printing(made_for: Make) -> None:
    text = Tagged(made(MENU, made_for(name="Sami ሳሚ 😀"))).text
    assert "This is for Sami ? ?" in text


def test_the_fonts_have_every_letter_of_every_booklet_and_of_the_languages_offered() -> None:
    alphabets = "ŵŷŴŶâêîôûŁłŻżșțğŞĐđƠơẠạЖжїΩω٠١٢٣٤٥٦٧٨٩۰۱۲۳ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنوہھءیےيكىةأإآؤئًٌٍَُِّْ،؛؟«»‘’“”–—…•"
    assert [c for c in alphabets if not drawable(c)] == []
    words = "".join(
        path.read_text("utf-8") for path in Path(booklet_paper.__file__).parent.glob("booklet_words.py")
    )
    assert drawable(words + "".join(booklet.model_dump_json() for booklet in BOOKLETS.values()))
    assert printable("a\U0001f600\U0001f601b") == "a?b"


def test_the_cover_says_who_to_ring_and_neither_the_whole_name_nor_why(made_for: Make) -> None:
    for booklet, style in product(BOOKLETS.values(), STYLES):
        cover = Tagged(made(booklet, made_for(style))).page(0)
        for words in ("999", "0800 1111", "01632 960010", "01632 960020", "ring now"):
            assert words in cover
        assert "in care" not in cover.lower()
        assert "BCDFG" not in cover, "the code is inside"


@pytest.mark.parametrize("style", STYLES)
def test_whom_to_ring_stays_on_the_cover_where_words_are_long(style: Style, made_for: Make) -> None:
    long = MENU.model_copy(
        update={"title": "Fy Adolygiad, " * 4, "summary": "Dewis pwy sy'n dod, ble a phryd. " * 5}
    )
    assert "01632 960020" in Tagged(made(long, made_for(style))).page(0)


def test_paper_promises_and_threatens_nothing_that_only_a_page_can_do(made_for: Make) -> None:
    for booklet in BOOKLETS.values():
        assert "press send" not in json.dumps(paper(booklet, made_for(more=True)))


def test_the_code_and_the_way_back_stand_inside(made_for: Make) -> None:
    text = Tagged(made(MENU, made_for())).text
    for words in ("BCDFG-HJKMN", "review.example/code", "28 March 2027", "20 March 2027", "R-77", "HB1 1AA"):
        assert words in text


def test_a_booklet_for_nobody_in_particular_has_lines_for_names_and_no_code(made_for: Make) -> None:
    context = Context(FACTS, names={"child": "the child"})
    data = paper(MENU, made_for(context=context, name="", way_in=None, reference=""))
    people = next(q for s in data["sections"] for q in s["questions"] if q["kind"] == "people")
    assert [row["text"] for row in people["rows"]] == ["", "", "", ""]
    assert data["inside"]["online"]["code"] == ""
    text = Tagged(made(MENU, made_for(context=context, name="", way_in=None, reference=""))).text
    assert "You need the code from your letter" in text


def test_what_is_for_the_iro_alone_is_on_sheets_of_its_own(made_for: Make) -> None:
    pages = Tagged(made(MENU, made_for())).pages
    private = next(n for n, text in enumerate(pages) if "Just for your IRO" in text)
    assert private % 2 == 0, "the front of a sheet"
    assert not any("Do you want to tell your IRO something else?" in text for text in pages[:private])
    assert len(pages) % 2 == 0, "the outside is the back of the last sheet"
    assert "Please hand it over without opening it." in pages[-1]
    assert "Maya" not in pages[-1]


def test_a_question_that_is_most_private_is_never_among_the_others(made_for: Make) -> None:
    for booklet in BOOKLETS.values():
        data = paper(booklet, made_for(more=True))
        private = {q.text for q in booklet.questions if q.private and q.audience == "iro"}
        assert private.isdisjoint(q["text"] for section in data["sections"] for q in section["questions"])


def test_what_is_there_for_who_wants_more_is_printed_when_it_is_asked_for(made_for: Make) -> None:
    booklet = BOOKLETS["my_life"]
    core, whole = (Tagged(made(booklet, made_for(more=more))).text for more in (False, True))
    assert "There are more questions, if you want" in core
    assert "More, if you want" in whole
    assert len(whole) > len(core) * 1.5


def test_a_question_that_waits_for_another_says_for_which_tick(made_for: Make) -> None:
    questions = [q for section in paper(MENU, made_for())["sections"] for q in section["questions"]]
    attend = next(q["number"] for q in questions if q["text"] == "Do you want to be at your review?")
    text = Tagged(made(MENU, made_for())).text
    assert f"Only if you ticked “Yes, for part of it” in question {attend}." in text


def test_nobody_is_given_the_questions_of_others(made_for: Make) -> None:
    small = Context(frozenset({"age_4_7"}), PEOPLE, names={"child": "Maya"})
    asked = [q["text"] for s in paper(MENU, made_for(context=small))["sections"] for q in s["questions"]]
    assert "When is a good time, and when is a bad time?" in asked
    assert "How do you want the room to be?" not in asked


def test_easy_read_has_the_easy_words_and_a_picture_for_each_choice(made_for: Make) -> None:
    data = paper(MENU, made_for("easy"))
    questions = [q for s in data["sections"] for q in s["questions"]]
    assert "Do you want to be there?" in {q["text"] for q in questions}
    assert all(c["picture"].startswith("<svg") for q in questions for c in q.get("choices", ()))


def test_a_part_in_another_language_says_so(made_for: Make) -> None:
    found = Tagged(made(MENU, made_for(language="ar")))
    assert found.root["/Lang"] == "ar"
    assert "en" in {element.language for element in found.elements}, "names and numbers that staff typed"


@pytest.mark.usefixtures("urdu_for_children")
def test_a_booklet_speaks_a_language_only_where_the_authority_offers_it_and_it_is_covered(
    authority: Authority,
) -> None:
    offering = authority.model_copy(update={"languages": ("en", "cy", "ur")})
    said: list[tuple[Booklet, str, Authority, str]] = [
        (MENU, "ur", offering, "ur"), (BOOKLETS["parent"], "ur", offering, "en"),
        (BOOKLETS["parent"], "cy", offering, "cy"), (MENU, "ar", offering, "en"), (MENU, "cy", authority, "en"),
    ]  # fmt: skip
    for booklet, language, council, printed in said:
        assert printed_in(booklet, language, council) == printed


def test_the_typesetter_is_never_loaded_by_the_site() -> None:
    code = "import sys, webapp, webapp.cli, webapp.documents.booklet_pdf; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_fonts_have_every_letter_of_every_translation() -> None:
    for language in COVERS:
        said = [text for message in texts(read(language)) for text in _each(message.string)]
        missing = {c for text in said for c in text if not drawable(c)}
        assert not missing, (language, missing)


def _each(text: str | Sequence[str] | None) -> Sequence[str]:
    return [text] if isinstance(text, str) else text or ()


def test_the_authoritys_own_words_are_said_in_the_readers_language(
    made_for: Make, authority: Authority
) -> None:
    hours = authority.duty.day.when
    own = authority.model_copy(update={"words": {"ar": {hours: "من الاثنين إلى الجمعة"}}})
    data = paper(MENU, replace(made_for(language="ar"), authority=own))
    day = data["cover"]["numbers"][2]
    assert day["when"] == {"text": "من الاثنين إلى الجمعة", "lang": "ar"}
    assert day["name"] == {"text": authority.duty.day.name, "lang": "en"}


def test_a_councils_own_drawing_stands_in_the_place_of_ours(made_for: Make, tmp_path: Path) -> None:
    (tmp_path / "chair.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" id="own"/>', "utf-8")
    data = paper(MENU, made_for(pictures=(tmp_path, booklet_paper.PICTURES)))
    drawn = [q["picture"] for section in data["sections"] for q in section["questions"]]
    assert 'id="own"' in drawn[0]
    assert any(one.startswith("<svg") and 'id="own"' not in one for one in drawn)


def test_an_adopter_is_not_told_on_paper_that_the_family_may_see_it(made_for: Make) -> None:
    readers = {
        name: " ".join(paper(BOOKLETS[name], made_for())["inside"]["readers"])
        for name in ("adopter", "carer")
    }
    assert "the family" not in readers["adopter"].replace("the birth family", "")
    assert "the family" in readers["carer"]

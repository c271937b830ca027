"""A record in a vendor's own form: what is wrong in a mapping is told with its line, and nothing is cut off."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import ROOT
from tests.casesystem.records import a_key, a_person, a_views_record, an_event, an_item, invite_choices
from webapp.casesystem import expressions, mapping
from webapp.casesystem.files import Files
from webapp.casesystem.port import Event, GiveUp

EXAMPLES = sorted((ROOT / "docs/mapping").glob("*.yaml"))
CANARY = "CANARYWORDS"


def a_mapping(tmp_path: Path, fields: str, head: str = "", codes: str = "") -> mapping.Translation:
    """A mapping of views/1 with these fields, each on a line of its own."""
    lines = "\n".join(f"      {line}" for line in fields.splitlines())
    file = tmp_path / "mapping.yaml"
    file.write_text(f"title: T\nrecords:\n  views/1:\n{head}    fields:\n{lines}\n{codes}", "utf-8")
    return mapping.load(file)


def filled(tmp_path: Path, field: str, *items: dict[str, Any], codes: str = "", **rest: Any) -> Any:
    """What one field, `f`, becomes."""
    made = a_mapping(tmp_path, f"f: {field}", codes=codes).of(an_event(1, a_views_record(*items, **rest)))
    assert made is not None
    return json.loads(made.content)["f"]


@pytest.mark.parametrize(
    "field,expected",
    [
        ("review_id", "R-1"),
        ("{value: 'yes'}", "yes"),
        ("key()", a_key(1)),
        ("respondent.role", "mother"),
        ("{from: respondent.role, codes: roles}", "MOT"),
        ("{from: respondent.who, codes: roles, otherwise: X}", "X"),
        ("{from: channels, join: '+'}", "web"),
        ("{from: sent_at, date: '%d/%m/%Y %H:%M'}", "01/02/2027 10:00"),
        ("{from: booklet.title, split: ' '}", "What"),
        ("{from: booklet.title, split: ' ', part: rest}", "you think"),
        ("{from: booklet.title, split: ' ', part: last}", "think"),
        ("{from: booklet.title, letters: 5, piece: 2, pieces: 4}", "you t"),
        ("{fields: {a: kind, b: {value: '1'}}}", {"a": "views", "b": "1"}),
        ('{each: "headings[].items[]", fields: {q: question, w: answer.words}}', [{"q": "where_i_live", "w": "Fine."}]),
        ('{lines: [{value: Views}, supersedes, {each: "headings[].items[]", lines: [said(@)]}]}', "Views\nFine."),
        ("said(answer('where_i_live'))", "Fine."),
        ("said(answer('never_asked'))", ""),
        ("record().child_id", "C-1"),
    ],
)  # fmt: skip
def test_a_field_is_filled_from_the_record(tmp_path: Path, field: str, expected: Any) -> None:
    codes = "codes:\n  roles: {mother: MOT}\n"
    assert filled(tmp_path, field, an_item("Fine."), codes=codes) == expected


def test_a_moment_is_told_in_londons_time(tmp_path: Path) -> None:
    field = "{from: sent_at, date: '%H:%M'}"
    assert filled(tmp_path, field, sent_at="2027-07-01T10:00:00Z") == "11:00"


@pytest.mark.parametrize(
    "field,line,told",
    [
        ("respondant.role", 5, "'respondent'"),
        ("respondent.role.", 5, "is no JMESPath"),
        ("sayd(@)", 5, "'said'"),
        ("said(@, @)", 5, "expression"),
        ("join(', ', answer('x').answer.choices)", 5, "expression"),
        ("{from: kind, value: x}", 5, "one of value"),
        ("{form: kind}", 5, "no key of this"),
        ("{from: kind, codes: kinds}", 5, "no code list 'kinds'"),
        ("{from: kind, letters: many}", 5, "letters"),
        ("{from: kind, piece: 3, pieces: 2}", 5, "piece"),
        ("{from: kind, otherwise: x}", 5, "otherwise"),
        ("{from: kind, each: headings}", 5, "each goes with"),
        ("\n  fields:\n    a: kind\n    b: knd", 8, "'kind'"),
        ("\n  each: headings\n  lines:\n    - value: a\n    - from: headding", 9, "'heading'"),
        ("kind\nf: kind", 6, "stands twice"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(tmp_path: Path, field: str, line: int, told: str) -> None:
    with pytest.raises(ValueError) as caught:
        a_mapping(tmp_path, f"f: {field}")
    assert f"mapping.yaml:{line}:" in str(caught.value)
    assert " f" in str(caught.value) or "records.views/1.fields.f" in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text,told",
    [
        ("", "title"),
        ("title: T\nrecords:\n  views/2:\n    fields: {a: kind}\n", "none of"),
        ("title: T\nrecords: {views/1: {fields: {a: [}}}", "no YAML"),
        ("title: T\nrecords:\n  views/1: &a\n    fields: {b: kind}\n  worry/1: *a\n", "alias"),
        ("title: T\nrecords:\n  views/1:\n    rows: headings\n    fields: {b: kind}\n", "rows goes with"),
        (
            "title: T\nrecords:\n  views/1:\n    as: csv\n    fields: {b: {fields: {c: kind}}}\n",
            "fields inside",
        ),
        ("title: T\nrecords:\n  views/1:\n    as: csv\n    fields: {b: headings}\n", "not_text"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(ValueError, match=told):
        mapping.load(tmp_path / "m.yaml")


def test_a_mapping_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"gone\.yaml"):
        mapping.load(tmp_path / "gone.yaml")


@pytest.mark.parametrize(
    "field,code",
    [
        ("{from: \"headings[0].items[0].answer.words\", letters: 5}", "too_long"),
        ("{from: \"headings[0].items[0].answer.words\", letters: 5, pieces: 2}", "too_long"),
        ("{from: \"headings[0].items[0].answer.words\", codes: few}", "no_code"),
        ("{from: \"headings[0].items[0].answer.words\", date: '%Y'}", "no_date"),
        ("{from: \"headings[0].items[0].answer.words | to_number(@)\", required: true}", "missing"),
        ("{from: \"headings[0].items[0].answer.words | abs(@)\"}", "expression"),
    ],
)  # fmt: skip
def test_what_does_not_fit_waits_for_a_person_and_no_word_is_told(
    tmp_path: Path, field: str, code: str
) -> None:
    head = ""
    if code == "expression":  # the published example is caught at the start already
        with pytest.raises(ValueError, match="expression"):
            a_mapping(tmp_path, f"f: {field}")
        return
    made = a_mapping(tmp_path, f"f: {field}", head, "codes:\n  few: {a: b}\n")
    with pytest.raises(GiveUp) as caught:
        made.of(an_event(1, a_views_record(an_item(CANARY))))
    assert str(caught.value) == f"mapping f {code}"


def test_a_schema_that_the_mapping_does_not_name_is_left_as_it_is(tmp_path: Path) -> None:
    made = a_mapping(tmp_path, "f: kind")
    assert made.of(an_event(2, invite_choices())) is None


@pytest.mark.parametrize(
    "words",
    [
        "=1+1", "+44", "-1", "@SUM(A1)", "\tx", '"=1', "'=1", "＝1", " =1", "fine", "'tis", "a,b", "a\r\nb=1",
    ],
)  # fmt: skip
def test_a_cell_is_never_a_formula_and_its_text_comes_back(tmp_path: Path, words: str) -> None:
    made = a_mapping(tmp_path, 'w: "headings[0].items[0].answer.words"', "    as: csv\n").of(
        an_event(1, a_views_record(an_item(words)))
    )
    assert made is not None
    assert made.media_type == "text/csv; charset=utf-8"
    (head, (cell,)) = list(csv.reader(io.StringIO(made.content.decode(), newline="")))
    assert head == ["w"]
    inside = cell.lstrip(" '\"")
    assert not inside.startswith(mapping.FORMULA) or cell.startswith("'")
    assert (cell[1:] if cell.startswith("'") and inside.startswith(mapping.FORMULA) else cell) == words


def test_rows_are_one_for_each_part_of_the_list(tmp_path: Path) -> None:
    made = a_mapping(
        tmp_path, "c: record().child_id\nq: question", "    as: csv\n    rows: headings[].items[]\n"
    ).of(an_event(1, a_views_record(an_item("a"), an_item("b", question="other"))))
    assert made is not None
    assert made.content == b"c,q\r\nC-1,where_i_live\r\nC-1,other\r\n"


@given(st.text(), st.integers(1, 40), st.integers(1, 4))
def test_the_pieces_of_a_long_text_are_the_text_or_it_is_refused(
    words: str, letters: int, pieces: int
) -> None:
    event = an_event(1, a_views_record(an_item(words)))
    fields = {
        str(n): {
            "from": "headings[0].items[0].answer.words",
            "letters": letters,
            "piece": n,
            "pieces": pieces,
        }
        for n in range(1, pieces + 1)
    }
    file = mapping.MappingFile.model_validate({"title": "T", "records": {"views/1": {"fields": fields}}})
    if len(words) > letters * pieces:
        with pytest.raises(GiveUp, match="too_long"):
            mapping.Translation(file).of(event)
        return
    made = mapping.Translation(file).of(event)
    assert made is not None
    assert "".join(json.loads(made.content).values()) == words


@given(st.text())
def test_no_expression_whatever_raises_anything_else_or_takes_long(expression: str) -> None:
    wrong = list(expressions.faults(expression, {"kind"}))
    if not wrong:
        record = a_views_record(an_item("Fine."))
        with contextlib.suppress(expressions.Unworkable):
            json.dumps(expressions.work_out(expression, record, expressions.Ours(record, a_key(1))))


@given(st.data())
def test_every_worked_example_takes_every_record_whatever_was_typed(data: st.DataObject) -> None:
    words = data.draw(st.text(max_size=200))
    items = [
        an_item(words, data.draw(st.sampled_from(["iro", "iro_and_social_worker", "review"])),
                question=data.draw(st.sampled_from(["how_child", "agree_plan", "x"])))
        for _ in range(data.draw(st.integers(0, 3)))
    ]  # fmt: skip
    come = data.draw(st.sampled_from(["yes", "no", "not_sure", None]))
    records = [a_views_record(*items), invite_choices(a_person(words, come, reason=words))]
    for translation in TRANSLATIONS.values():
        for record in records:
            made = translation.of(Event(a_key(1), record))
            assert made is not None
            text = made.content.decode()
            if made.ending == "json":
                assert json.loads(text)
            else:
                widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""))}
                assert len(widths) == 1


TRANSLATIONS = {file.stem: mapping.load(file) for file in EXAMPLES}


def test_there_is_a_worked_example_for_each_shape() -> None:
    assert sorted(TRANSLATIONS) == ["form", "note", "primero", "row"]


def test_the_case_note_says_everything_that_was_answered() -> None:
    event = an_event(1, a_views_record(an_item(CANARY), held_back=2))
    made = TRANSLATIONS["note"].of(event)
    assert made is not None
    body = json.loads(made.content)["body"]
    assert CANARY in body
    assert "PLACEMENT" in body
    assert "2 answers are held back" in body


def test_the_files_adapter_lays_the_form_beside_the_record(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("title: T\nrecords:\n  views/1:\n    as: csv\n    fields: {K: key()}\n")
    adapter = Files(tmp_path / "case", mapping.option(tmp_path, "m.yaml"))
    adapter.deliver(an_event(1))
    adapter.deliver(an_event(2, invite_choices()))
    found = {path.name: path.read_bytes() for path in (tmp_path / "case/out").glob("*.form.*")}
    assert found == {f"{a_key(1)}.form.csv": f"K\r\n{a_key(1)}\r\n".encode()}

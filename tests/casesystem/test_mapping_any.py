"""Any expression in any mapping, over any event: a mistake that is told with its line, a form, or a reason."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.casesystem.records import a_person, a_views_record, an_item, every_kind, invite_choices
from webapp.casesystem import expressions, mapping
from webapp.casesystem.mapping import Mapped, Translation
from webapp.casesystem.port import Event, GiveUp

IN_ALL = ("schema", "kind", "id", "child_id", "review_id")
FIELDS = (*IN_ALL, *IN_ALL, "headings", "items", "answer", "choices", "words", "sent_at", "revision", "respondent",
          "role", "held_back", "audience", "reason", "people", "nowhere")  # fmt: skip
FUNCTIONS = sorted(expressions.Ours.FUNCTION_TABLE)
CANARY = "CANARYWORDS"
SCHEMAS = sorted({event.schema for event in every_kind()})
SAID = re.compile(r"mapping .+ [a-z_]+", re.DOTALL)
NAMES = st.sampled_from(["f", "Person Id", "a.b", "rows", "é"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(".".join), two.map(" | ".join), two.map(" || ".join), two.map(" && ".join), two.map(" == ".join),
        two.map(lambda pair: f"{pair[0]}[?{pair[1]}]"), two.map(lambda pair: f"[{pair[0]}, {pair[1]}]"),
        two.map(lambda pair: f"{{a: {pair[0]}, b: {pair[1]}}}"),
        inner.map(lambda one: f"!({one})"), inner.map(lambda one: f"&{one}"), inner.map(lambda one: f"{one}[]"),
        inner.map(lambda one: f"{one}[*]"), inner.map(lambda one: f"{one}[-1:0:-1]"), inner.map(lambda one: f"*.{one}"),
        st.tuples(st.sampled_from(FUNCTIONS), st.lists(inner, max_size=3)).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
    )  # fmt: skip


EXPRESSIONS = st.recursive(
    st.sampled_from([*FIELDS, "@", "`0`", "`1e999`", "`{}`", "'NaN'", "'where_i_live'", '"\\ud800"', "`[1, \"a\"]`"]),
    _larger, max_leaves=6,
)  # fmt: skip
FILLED = st.fixed_dictionaries(
    {},
    optional={
        "join": st.text(max_size=2), "codes": st.sampled_from(["yes_no", "none"]), "otherwise": st.just("?"),
        "date": st.sampled_from(["%d/%m/%Y", "%", "%Q\ud800".encode("utf-8", "replace").decode()]),
        "split": st.text(max_size=2), "letters": st.integers(1, 20).map(str), "required": st.just("true"),
        "part": st.sampled_from(["first", "rest", "last"]),
    },
)  # fmt: skip


@st.composite
def ways(draw: st.DrawFn) -> dict[str, Any]:
    """One field of a form."""
    expression = draw(EXPRESSIONS)
    way: dict[str, Any] = draw(
        st.sampled_from([
            {"from": expression}, {"lines": [{"from": expression}]},
            {"each": expression, "lines": [draw(EXPRESSIONS)]},
            {"each": expression, "fields": {"x": draw(EXPRESSIONS)}},
        ])
    )  # fmt: skip
    return {**way, **draw(FILLED)}


def loaded(form: dict[str, Any], *schemas: str) -> Translation | None:
    """The mapping of these kinds by this form; None where it was refused, each mistake with file and line."""
    records = dict.fromkeys(schemas or SCHEMAS, form)
    text = json.dumps({"title": "T", "records": records, "codes": {"yes_no": {"yes": "Y"}}}, indent=1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "theirs.yaml"
        file.write_text(text, "utf-8")
        try:
            return mapping.load(file)
        except ValueError as error:
            for line in str(error).splitlines():
                assert re.match(r"theirs\.yaml:\d+", line), line
            return None


def outcome(translation: Translation, event: Event) -> Mapped | str | None:
    """The form, or the reason why there is none."""
    try:
        return translation.of(event)
    except GiveUp as error:
        return str(error)


@settings(max_examples=200)
@given(
    form=ways(),
    rows=EXPRESSIONS,
    words=st.text(max_size=20),
    table=st.booleans(),
    name=NAMES,
    schema=st.sampled_from(SCHEMAS),
)
def test_it_is_refused_with_its_line_or_gives_a_form_or_a_reason_that_tells_no_words(
    form: dict[str, Any], rows: str, words: str, table: bool, name: str, schema: str
) -> None:
    translation = loaded(
        {"as": "csv", "rows": rows, "fields": {name: form}} if table else {"fields": {"f": form}}
    )
    if translation is None:
        return
    typed = f"{CANARY}{words}"
    items = [an_item(typed), an_item("", "iro", question="other", kind="people")]
    more = [a_views_record(*items), invite_choices(a_person(typed, None, reason=typed))]
    for event in [*every_kind(), *(Event("a" * 64, record) for record in more)]:
        made = outcome(translation, event)
        if isinstance(made, str):
            assert SAID.fullmatch(made)
            assert CANARY not in made
            continue
        if made is None:
            assert event.schema != schema
            continue
        text = made.content.decode("utf-8")
        if table:
            assert len({len(row) for row in csv.reader(io.StringIO(text, newline=""))}) == 1
        else:
            json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.mark.parametrize(
    "expression",
    ["(" * 5000 + "a" + ")" * 5000, "!" * 20000 + "child_id", "child_id" + ".a" * 5000, "child_id" + "[0]" * 20000,
     "[" * 2000, "`" + "[" * 100000 + "`", "&child_id", "`1e999`", "to_number('NaN')", "'\ud800'", '"\\ud800"', ""],
    ids=range(12),
)  # fmt: skip
def test_the_strangest_of_them_are_refused_or_give_something(expression: str) -> None:
    try:
        translation = loaded({"fields": {"f": {"from": expression}}})
    except UnicodeEncodeError:
        return  # no file can hold it
    if translation is not None:
        for event in every_kind():
            made = outcome(translation, event)
            assert made is not None
            if isinstance(made, str):
                assert SAID.fullmatch(made)
            else:
                json.loads(made.content, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))

"""No adapter lets out what fewer people may see than can read it at its other side."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.casesystem.benches import BENCHES
from tests.casesystem.records import a_key, a_person, a_views_record, an_announcement, an_item, invite_choices
from webapp.casesystem import Event, Route, audience
from webapp.documents.record_pdf import paper

PICTURE, NAME = b"CANARYpicture", "c" * 32
ADAPTERS = [name for name in BENCHES if name not in ("simulator", "failing")]


def row(reason: str) -> dict[str, Any]:
    return {"id": "P-9", "label": "Nan", "label_staff": "Nan", "relation": "", "choices": [], "words": "",
            "part_only": False, "which_part": "", "reason": reason, "added": False}  # fmt: skip


def full_of_canaries() -> list[dict[str, Any]]:
    """Records in which each thing that the IRO alone may see holds a canary."""
    secret = an_item("CANARYwords", "iro", question="secret", asked="CANARYasked", asked_staff="CANARYasked")
    people = an_item(question="who", kind="people", skipped=False,
                     answer={"choices": [], "rows": [row("CANARYreason")], "words": ""})  # fmt: skip
    aside = {"why": "off_path", "item": an_item("CANARYaside", question="old")}
    picture = {"id": NAME, "question": "secret", "kind": "drawing", "media_type": "image/png",
               "sha256": hashlib.sha256(PICTURE).hexdigest(), "bytes": len(PICTURE)}  # fmt: skip
    rest: dict[str, Any] = {"attachments": [picture], "set_aside": [aside]}
    views = a_views_record(an_item("SEEN"), secret, people, audience="iro", **rest)
    wishes = invite_choices(
        a_person("CANARYperson", "no", reason="CANARYwhy"),
        a_person("Nan", "yes", person="P-9", audience="review", reason="CANARYwhy"), audience="iro", **rest,
    )  # fmt: skip
    return [views, {**wishes, "headings": views["headings"]}]


@pytest.mark.parametrize("name", ADAPTERS)
@pytest.mark.parametrize("readers", ["iro_and_social_worker", "review"])
def test_nothing_that_is_the_iros_alone_reaches_the_other_side(
    name: str, readers: str, tmp_path: Path
) -> None:
    with BENCHES[name](tmp_path) as bench:
        for number, record in enumerate(full_of_canaries()):
            cut = audience.cut(record, Route(readers))
            sheet = str(paper(cut)).encode()
            bench.adapter.deliver(Event(a_key(number), cut, {NAME: PICTURE}, sheet, number))
        seen = bench.seen()
    assert b"SEEN" in seen
    assert b"CANARY" not in seen
    assert hashlib.sha256(PICTURE).hexdigest().encode() not in seen
    assert base64.b64encode(PICTURE) not in seen


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_worry_is_a_reference_and_nothing_more(name: str, tmp_path: Path) -> None:
    with BENCHES[name](tmp_path) as bench:
        if "worry" not in bench.adapter.takes:
            return
        told = an_announcement("worry", 5)
        bench.adapter.deliver(Event(a_key(5), told))
        assert str(told["page"]).encode() in bench.seen().replace(b"=\r\n", b"")


def test_adopters_words_never_go_where_birth_parents_workers_read() -> None:
    child, adopter = invite_choices(), a_views_record(an_item("x"))
    adopter["respondent"] = {"id": "P-7", "role": "adopter", "who": "adopter"}
    for record in (child, adopter, an_announcement("withdrawal")):
        assert audience.withheld(record, Route(), adopters=True)
        assert not audience.withheld(record, Route(adopters=True), adopters=True)
    assert not audience.withheld(a_views_record(), Route(), adopters=True)

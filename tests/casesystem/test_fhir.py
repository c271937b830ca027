"""FHIR R4, against a server that holds every resource against its definition."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import ROOT
from tests.booklet.strategies import contexts, sittings
from tests.booklet.test_views import ENVELOPE
from tests.casesystem.fhir_server import MODELS, TOKEN, FhirServer
from tests.casesystem.listening import Says, listening, outside
from tests.casesystem.records import (
    PDF,
    a_key,
    a_person,
    a_views_record,
    an_announcement,
    an_event,
    an_item,
    invite_choices,
)
from webapp.booklet.definition import Booklet
from webapp.booklet.loader import load_all
from webapp.booklet.records import as_json
from webapp.booklet.views import build
from webapp.casesystem import Away, Event, GiveUp, TryAgain, fhir_forms
from webapp.casesystem.fhir import Fhir
from webapp.casesystem.fhir_forms import Systems

BOOKLETS = load_all()
FOUND = [json.loads((ROOT / f"static/schemas/examples/{name}.json").read_text("utf-8"))
         for name in ("views-1", "invite-choices-1")]  # fmt: skip


@pytest.fixture
def server() -> FhirServer:
    """A server with nothing in it."""
    return FhirServer()


@pytest.fixture
def adapter(server: FhirServer) -> Iterator[Fhir]:
    """The adapter that speaks to it."""
    with listening(server) as url:
        yield Fhir(outside(f"{url}/fhir"), TOKEN)


def items(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every item of a Questionnaire or a response, however deep."""
    for item in resource.get("item", ()):
        yield item
        yield from items(item)


def code(extension: dict[str, Any]) -> str:
    """What an extension says."""
    found = extension.get("valueCode") or extension["valueCoding"]["code"]
    return str(found)


@pytest.mark.parametrize("booklet", BOOKLETS.values(), ids=BOOKLETS)
def test_every_booklet_is_a_questionnaire_with_its_questions_ids_as_link_ids(booklet: Booklet) -> None:
    made = fhir_forms.questionnaire(booklet)
    Questionnaire.model_validate(made)
    links = [item["linkId"] for item in items(made)]
    assert len(links) == len(set(links))
    assert {question.id for question in booklet.questions} <= set(links)
    assert "{" not in json.dumps([item.get("text", "") for item in items(made)])


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(sorted(BOOKLETS)))
def test_every_record_whatever_was_typed_is_a_response_to_its_questionnaire(
    data: st.DataObject, name: str
) -> None:
    booklet, context = BOOKLETS[name], data.draw(contexts())
    record = as_json(build(booklet, data.draw(sittings(booklet, context)), context, ENVELOPE))
    made = fhir_forms.response(a_key(1), record, {}, Systems())
    MODELS["QuestionnaireResponse"].model_validate(json.loads(json.dumps(made)))
    links = {item["linkId"] for item in items(fhir_forms.questionnaire(booklet))}
    assert {item["linkId"] for item in items(made)} <= links
    MODELS["Questionnaire"].model_validate(json.loads(json.dumps(fhir_forms.asked_only(record))))
    if "wishes" in record:
        MODELS["Appointment"].model_validate(
            json.loads(json.dumps(fhir_forms.appointment(record, Systems())))
        )


@pytest.mark.parametrize("record", FOUND, ids=lambda record: record["kind"])
def test_what_was_said_is_all_there(server: FhirServer, adapter: Fhir, record: dict[str, Any]) -> None:
    adapter.deliver(Event(a_key(1), record))
    (found,) = server.responses()
    told = json.dumps(found, ensure_ascii=False)
    for item, _ in fhir_forms.record_items(record):
        for words in (item["answer"]["words"], *(row["reason"] for row in item["answer"]["rows"])):
            assert json.dumps(words, ensure_ascii=False)[1:-1] in told
        for choice in item["answer"]["choices"]:
            assert f'"code": "{choice["id"]}"' in told


def test_the_child_is_the_subject_and_whose_words_they_are_stands_apart_from_who_wrote_them(
    server: FhirServer, adapter: Fhir
) -> None:
    adapter.deliver(Event(a_key(1), a_views_record(an_item("Fine."), helped_by="Priya Shah", language="ur")))
    adapter.deliver(Event(a_key(2), invite_choices()))
    helped, alone = server.responses()
    assert helped["subject"]["identifier"] == {"system": Systems.child, "value": "C-1"}
    assert helped["source"] == {
        "type": "RelatedPerson",
        "identifier": {"system": Systems.person, "value": "P-1"},
    }
    assert helped["author"] == {"display": "Priya Shah"}
    assert helped["language"] == "ur"
    assert alone["source"] == alone["author"] == alone["subject"]


def test_who_may_see_an_answer_is_a_label_on_it_and_what_is_held_back_on_the_whole(
    server: FhirServer, adapter: Fhir
) -> None:
    row = {"id": "P-2", "label": "Dad", "label_staff": "Dad", "relation": "", "choices": [], "words": "",
           "part_only": False, "which_part": "", "reason": "he shouts", "added": False}  # fmt: skip
    private = an_item("x", "iro", question="a")
    people = an_item(
        question="who", kind="people", answer={"choices": [], "rows": [row], "words": ""}, skipped=False
    )
    aside = {"why": "off_path", "item": an_item("y", question="b")}
    declined = an_item("", question="c")
    record = a_views_record(private, people, declined, audience="iro", held_back=2, set_aside=[aside])
    adapter.deliver(Event(a_key(1), record))
    (found,) = server.responses()
    labels = {item["linkId"]: [code(one) for one in item.get("extension", ())] for item in items(found)}
    assert labels == {
        "a": ["V"], "who": ["N"], "who.row": ["N"], "who.row.id": [], "who.row.label": [], "who.row.reason": ["V"],
        "b": ["N", "off-path"], "c": ["N", "asked-declined"],
    }  # fmt: skip
    assert [one["code"] for one in found["meta"]["security"]] == ["V", "PROCESSINLINELABEL", "REDACTED"]
    assert {"url": f"{fhir_forms.URN}fhir:held-back", "valueInteger": 2} in found["extension"]


def test_a_picture_comes_with_the_answer_that_it_is(server: FhirServer, adapter: Fhir) -> None:
    picture, name = b"\x89PNG made up", "a" * 32
    listed = {"id": name, "question": "where_i_live", "kind": "drawing", "media_type": "image/png",
              "sha256": hashlib.sha256(picture).hexdigest(), "bytes": len(picture)}  # fmt: skip
    adapter.deliver(Event(a_key(1), a_views_record(an_item("x"), attachments=[listed]), {name: picture}))
    (found,) = server.responses()
    (item,) = [one for one in items(found) if one["linkId"] == "where_i_live.pictures"]
    assert item["answer"][0]["valueAttachment"]["size"] == len(picture)
    with pytest.raises(GiveUp, match="picture"):
        adapter.deliver(Event(a_key(2), a_views_record(attachments=[listed])))


def test_only_whom_the_child_wants_stands_in_the_meeting_that_is_proposed(
    server: FhirServer, adapter: Fhir
) -> None:
    people = [
        a_person("Nan", "yes", person="P-yes"), a_person("Dad", "no", person="P-no"),
        a_person("Both", "yes", person="P-both"), a_person("Both", "no", person="P-both", must_come=True),
        a_person("Sam", "not_sure", person="P-unsure"), a_person("Jo", None, person="P-open"),
        a_person("CANARY", "yes", person=None, added_by_child=True),
    ]  # fmt: skip
    day = {"id": "2027-02-24", "label": "x", "label_staff": "x"}
    when = {"question": "when", "asked_staff": "?", "audience": "review", "state": "asked", "good": [day], "bad": [],
            "words": ""}  # fmt: skip
    adapter.deliver(Event(a_key(2), invite_choices(*people, wishes={"when": [when]})))
    (found,) = server.appointments()
    actors = [one["actor"]["identifier"]["value"] for one in found["participant"]]
    assert actors == ["C-1", "P-yes"]
    assert found["status"] == "proposed"
    assert {one["status"] for one in found["participant"]} == {"needs-action"}
    assert found["requestedPeriod"] == [{"start": "2027-02-24", "end": "2027-02-24"}]
    assert "CANARY" not in json.dumps(found)


def test_newer_wishes_take_the_place_of_older_ones_and_older_ones_never_come_back(
    server: FhirServer, adapter: Fhir
) -> None:
    first = invite_choices(a_person("Dad", "yes", person="P-2"), number=2)
    second = {
        **invite_choices(a_person("Dad", "no", person="P-2"), number=3),
        "review_id": "R-2",
        "revision": 2,
    }
    for key, record in ((1, first), (2, second), (1, first)):
        adapter.deliver(Event(a_key(key), record))
    (found,) = server.appointments()
    assert [one["actor"]["identifier"]["value"] for one in found["participant"]] == ["C-1"]
    assert len(server.responses()) == 2


def test_what_is_taken_back_is_marked_and_the_meeting_cancelled(server: FhirServer, adapter: Fhir) -> None:
    record = invite_choices(a_person("Nan", "yes"))
    adapter.deliver(Event(a_key(2), record))
    adapter.deliver(Event(a_key(3), a_views_record(an_item("CANARY"), number=5)))
    withdrawal = {**an_announcement("withdrawal", 9), "withdraws": [record["id"]]}
    for _ in "twice":
        adapter.deliver(Event(a_key(4), withdrawal))
    states = {one["identifier"]["value"]: one["status"] for one in server.responses()}
    assert states == {record["id"]: "entered-in-error", a_views_record(number=5)["id"]: "completed"}
    (meeting,) = server.appointments()
    assert meeting["status"] == "cancelled"
    assert [one["actor"]["type"] for one in meeting["participant"]] == ["Patient"]


def test_one_questionnaire_serves_every_response_to_it(server: FhirServer, adapter: Fhir) -> None:
    for number in (1, 2):
        adapter.deliver(an_event(number))
    assert len(server.kept["Questionnaire"]) == 1
    (kept,) = server.kept["Questionnaire"].values()
    assert {one["questionnaire"] for one in server.responses()} == {f"{kept['url']}|{kept['version']}"}


def test_a_worry_is_a_flag_that_tells_where_to_read_and_is_raised_once(
    server: FhirServer, adapter: Fhir
) -> None:
    told = an_announcement("worry", 7)
    said = adapter.deliver(Event(a_key(7), told))
    ((name, flag),) = server.kept["Flag"].items()
    assert said.id.startswith(f"Flag/{name}")
    assert told["page"] in flag["code"]["text"]
    assert flag["subject"]["identifier"]["value"] == "C-1"
    flag["status"] = "inactive"
    adapter.deliver(Event(a_key(7), told))
    assert [one["status"] for one in server.told("Flag")] == ["inactive"]
    assert server.responses() == []


def test_a_paper_copy_is_a_document_until_its_record_is_taken_back(server: FhirServer, adapter: Fhir) -> None:
    told = an_announcement("paper_copy", 8)
    for _ in "twice":
        adapter.deliver(Event(a_key(8), told, paper=PDF))
    (document,) = server.told("DocumentReference")
    assert base64.b64decode(document["content"][0]["attachment"]["data"]) == PDF
    assert document["meta"]["security"][0]["code"] == "V"
    for _ in "twice":
        adapter.deliver(Event(a_key(9), {**an_announcement("withdrawal", 9), "withdraws": [told["record"]]}))
    (document,) = server.told("DocumentReference")
    assert document["status"] == "entered-in-error"
    assert base64.b64encode(PDF).decode() not in json.dumps(document)


def test_a_server_without_documents_can_still_take_a_withdrawal(server: FhirServer, adapter: Fhir) -> None:
    adapter.deliver(an_event(1))
    del server.kept["DocumentReference"]
    back = {**an_announcement("withdrawal", 9), "withdraws": [an_event(1).record["id"]]}
    adapter.deliver(Event(a_key(9), back))
    assert [one["status"] for one in server.responses()] == ["entered-in-error"]


@pytest.mark.parametrize(
    "says,error",
    [
        (Says(500), TryAgain), (Says(503), Away), (Says(401), Away), (Says(409), TryAgain), (Says(422), GiveUp),
        (Says(412), GiveUp), (Says(200, b"{"), TryAgain), (Says(200, b"[]"), TryAgain), (Says(302), Away),
        (Says(200, b'{"resourceType": "Bundle", "entry": []}'), TryAgain),
        (Says(200, b'{"resourceType": "Bundle", "entry": [{"response": {"status": "400"}}, {}]}'), TryAgain),
    ],
)  # fmt: skip
def test_what_the_server_answers_is_told_apart(
    server: FhirServer, adapter: Fhir, says: Says, error: type[Exception]
) -> None:
    server.says = says
    with pytest.raises(error) as caught:
        adapter.deliver(an_event(1))
    assert type(caught.value) is error


def test_it_says_what_the_server_made_of_it(server: FhirServer, adapter: Fhir) -> None:
    said = adapter.deliver(an_event(1))
    assert said.received
    assert said.id.startswith(f"QuestionnaireResponse/{server.responses()[0]['id']}")

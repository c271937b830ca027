"""The `primero` adapter against a Primero that does what its documentation and its program do."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import ROOT, Settings
from tests.casesystem.listening import Says, listening, outside
from tests.casesystem.primero_server import (
    AUDIO,
    CASE,
    DOCUMENTS,
    IMAGES,
    PASSWORD,
    PLACES,
    SUBFORM,
    PrimeroServer,
    _destringified,
    adapter_to,
)
from tests.casesystem.records import PDF, a_key, a_views_record, an_announcement, an_event, an_item
from tests.fixtures.houses import AUTHORITY, KEYS
from webapp.casesystem import Away, Event, Given, GiveUp, TryAgain, primero, primero_calls, tokens
from webapp.casesystem.primero import LARGEST, Primero, _dropped, _guarded


@pytest.fixture
def server() -> PrimeroServer:
    return PrimeroServer()


@pytest.fixture
def url(server: PrimeroServer) -> Iterator[str]:
    with listening(server) as found:
        yield found


@pytest.fixture
def adapter(url: str) -> Primero:
    return adapter_to(outside(url))


def with_file(media_type: str, content: bytes = b"made up") -> Event:
    listed = {"id": "a" * 32, "question": "where_i_live", "kind": "voice" if "audio" in media_type else "drawing",
              "media_type": media_type, "sha256": hashlib.sha256(content).hexdigest(),
              "bytes": len(content)}  # fmt: skip
    record = a_views_record(an_item("It is fine."), attachments=[listed])
    return Event(a_key(1), record, {"a" * 32: content}, PDF)


def test_a_record_is_a_row_of_the_childs_case_and_says_where_it_is(
    server: PrimeroServer, adapter: Primero
) -> None:
    taken = adapter.deliver(an_event(1))
    assert (taken.id, taken.received) == (f"cases/{CASE}", True)
    row = server.rows()[an_event(1).record["id"]]
    assert "It is fine." in row["myreview_words"]
    assert row["myreview_sent"] == "2027-02-01"
    assert server.cases[CASE]["age"] == 12


def test_a_repeat_changes_nothing_at_all(server: PrimeroServer, adapter: Primero) -> None:
    adapter.deliver(with_file("image/png"))
    before = len(server.log)
    adapter.deliver(with_file("image/png"))
    assert {asked.method for asked in server.log[before:]} == {"GET"}
    assert len(server.files) == 2


def test_a_row_that_was_half_there_becomes_whole(server: PrimeroServer, adapter: Primero) -> None:
    server.instead["PATCH", CASE] = Says(502)
    with pytest.raises(Away):
        adapter.deliver(with_file("image/png"))
    server.instead.clear()
    server.before["POST", "attachments"] = Says(500)
    with pytest.raises(TryAgain):
        adapter.deliver(with_file("image/png"))
    server.before.clear()
    server.instead["POST", "attachments"] = Says(500)
    for _ in range(2):
        with pytest.raises(TryAgain):
            adapter.deliver(with_file("image/png"))
    adapter.deliver(with_file("image/png"))
    assert len(server.rows()) == 1
    assert sorted(one["field_name"] for one in server.files) == sorted([DOCUMENTS, IMAGES])


def test_what_our_user_may_not_write_is_noticed(server: PrimeroServer, adapter: Primero) -> None:
    server.hidden_in_rows = {"myreview_words", "myreview_sent"}
    with pytest.raises(GiveUp, match=r"^fields_not_kept myreview_sent myreview_words$"):
        adapter.deliver(an_event(1))
    server.fields.remove(SUBFORM)
    with pytest.raises(GiveUp, match="row_not_kept"):
        adapter.deliver(an_event(2))
    assert not server.files


@pytest.mark.parametrize(
    "words",
    ["12\n7", "I am\n12\nyears", "yes\ntrue", "2027-02-01\nis my day", " ", "'; DROP", "é😀‮", "a\r\nb"],
)
def test_words_stay_as_they_were_typed_whatever_primero_takes_for_a_number(
    server: PrimeroServer, adapter: Primero, words: str
) -> None:
    adapter.deliver(Event(a_key(1), a_views_record(an_item(words))))
    row = next(iter(server.rows().values()))
    assert row["myreview_words"].replace(" \n", "\n").strip().endswith(words.strip())


@settings(max_examples=200)
@given(
    st.lists(
        st.one_of(st.text(max_size=8), st.sampled_from(["12", "007", "true", "false", "", "2027-02-01"])),
        max_size=4,
    )
)
def test_no_text_is_ever_changed_in_silence(lines: list[str]) -> None:
    text = "\n".join(lines)
    sent = {"words": _guarded(text)}
    kept = _destringified(sent)
    if _dropped(sent, kept):
        assert "\n" not in text  # one line alone, such as 007: it is told, and waits for a person
    else:
        came = "" if kept["words"] is None else str(kept["words"])
        assert [line.rstrip(" ").lower() for line in came.split("\n")] == [
            line.rstrip(" ").lower() for line in text.split("\n")
        ]


def test_a_number_that_loses_its_noughts_waits_for_a_person(server: PrimeroServer, adapter: Primero) -> None:
    record = {**a_views_record(an_item("Fine.")), "review_id": "007"}
    with pytest.raises(GiveUp, match=r"^fields_not_kept myreview_review$"):
        adapter.deliver(Event(a_key(1), record))


def test_what_takes_too_long_goes_on_where_it_was(
    server: PrimeroServer, adapter: Primero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(primero, "BEGINS", -1.0)
    with pytest.raises(TryAgain, match=r"^slow$"):
        adapter.deliver(an_event(1))
    assert server.log == []


@pytest.mark.parametrize("case_id", ["c-1", "C-11", "xC-1"])
def test_only_a_case_with_exactly_the_childs_id_is_the_childs(
    server: PrimeroServer, adapter: Primero, case_id: str
) -> None:
    server.cases = {CASE: {"national_id_no": case_id}}
    with pytest.raises(GiveUp, match=r"^case_not_found$"):
        adapter.deliver(an_event(1))
    assert {asked.method for asked in server.log} == {"POST", "GET"}


def test_two_cases_of_one_child_wait_for_a_person(server: PrimeroServer, adapter: Primero) -> None:
    server.cases[a_key(1)] = {"national_id_no": "C-1"}
    with pytest.raises(GiveUp, match=r"^case_not_unique$"):
        adapter.deliver(an_event(1))


def test_a_field_that_is_not_shown_to_our_user_is_named(server: PrimeroServer, adapter: Primero) -> None:
    server.fields.remove("national_id_no")
    with pytest.raises(GiveUp, match=r"^case_field national_id_no not_shown$"):
        adapter.deliver(an_event(1))


def test_a_case_is_made_once_and_only_where_settings_say_so(server: PrimeroServer, url: str) -> None:
    server.cases = {}
    server.fields.add("module_id")
    making = adapter_to(outside(url), replace(PLACES, create={"module_id": "primeromodule-cp"}))
    making.deliver(an_event(1))
    (made,) = server.cases
    server.cases[made]["national_id_no"] = "not indexed yet"
    making.deliver(an_event(2))
    assert list(server.cases) == [made]
    assert server.cases[made]["module_id"] == "primeromodule-cp"
    assert len(server.rows(made)) == 2


def test_a_case_may_be_told_by_its_own_id(server: PrimeroServer, url: str) -> None:
    direct = adapter_to(outside(url), replace(PLACES, case_field="id"))
    direct.deliver(Event(a_key(1), {**a_views_record(an_item("Fine.")), "child_id": CASE}))
    assert len(server.rows()) == 1
    with pytest.raises(GiveUp, match=r"^case_not_found$"):
        direct.deliver(an_event(2))


def test_the_pdf_and_pictures_are_attached_and_a_paper_copy_is_not_a_second_one(
    server: PrimeroServer, adapter: Primero
) -> None:
    adapter.deliver(with_file("image/jpeg", b"jpeg"))
    told = an_announcement("paper_copy", 1)
    adapter.deliver(Event(a_key(2), told, paper=PDF))
    found = {one["field_name"]: base64.b64decode(one["attachment"]) for one in server.files}
    assert found == {DOCUMENTS: PDF, IMAGES: b"jpeg"}
    assert len(server.files) == 2


@pytest.mark.parametrize(
    ("media_type", "length", "field"),
    [
        ("audio/mpeg", 10, AUDIO), ("audio/ogg", 10, DOCUMENTS), ("audio/amr", 10, DOCUMENTS),
        ("image/png", LARGEST, IMAGES), ("image/png", LARGEST + 1, DOCUMENTS),
    ],
)  # fmt: skip
def test_what_primero_cannot_hold_is_told_in_its_place(
    server: PrimeroServer, adapter: Primero, media_type: str, length: int, field: str
) -> None:
    for _ in range(2):
        adapter.deliver(with_file(media_type, b"x" * length))
    there = [one for one in server.files if one["comments"].endswith("a" * 32)]
    assert [one["field_name"] for one in there] == [field]
    assert (there[0]["file_name"] == "not-here.txt") == (field == DOCUMENTS)


def test_a_picture_is_never_the_childs_portrait_unless_settings_say_so(
    server: PrimeroServer, url: str
) -> None:
    adapter_to(outside(url), replace(PLACES, images="", audio="")).deliver(with_file("image/png"))
    assert {one["field_name"] for one in server.files} == {DOCUMENTS}


def test_a_worry_raises_one_flag_without_a_word_of_it(server: PrimeroServer, adapter: Primero) -> None:
    told = an_announcement("worry", 5)
    server.instead["POST", "flags"] = Says(504)
    with pytest.raises(Away):
        adapter.deliver(Event(a_key(5), told))
    server.instead.clear()
    server.flags[0]["removed"] = True
    adapter.deliver(Event(a_key(5), told))
    (flag,) = server.flags
    assert str(told["page"]) in flag["message"]
    assert flag["date"] == "2027-02-01"
    assert not server.rows()


def test_what_is_taken_back_is_gone_with_its_files_and_the_rest_stays(
    server: PrimeroServer, adapter: Primero
) -> None:
    adapter.deliver(with_file("image/png"))
    adapter.deliver(Event(a_key(2), a_views_record(an_item("Other."), number=2), paper=PDF))
    back = an_announcement("withdrawal", 9)
    first = with_file("image/png").record["id"]
    for _ in range(2):
        adapter.deliver(Event(a_key(9), {**back, "withdraws": [first, str(uuid.UUID(int=99))]}))
    assert first not in server.rows()
    assert len(server.rows()) == 2
    assert {one["comments"].split()[1] for one in server.files} == {a_views_record(number=2)["id"]}


def test_a_review_has_one_row_of_decisions_and_it_is_the_newest(
    server: PrimeroServer, adapter: Primero
) -> None:
    for number, day in ((1, "2027-02-01"), (2, "2027-02-03")):
        told = {**an_announcement("decisions", number), "as_of": f"{day}T10:00:00Z"}
        adapter.deliver(Event(a_key(number), told))
    (row,) = server.rows().values()
    assert (row["myreview_sent"], row["myreview_reference"]) == ("2027-02-03", a_key(2))


def test_a_token_is_kept_and_renewed_when_it_is_refused(server: PrimeroServer, adapter: Primero) -> None:
    adapter.deliver(an_event(1))
    adapter.deliver(an_event(2))
    assert sum(asked.path == "/api/v2/tokens" for asked in server.log) == 1
    server.expire()
    adapter.deliver(an_event(3))
    assert sum(asked.path == "/api/v2/tokens" for asked in server.log) == 2
    server.before["GET", "cases"] = Says(401)
    with pytest.raises(Away, match="http 401"):
        adapter.deliver(an_event(4))


def test_a_token_is_renewed_before_its_end(
    server: PrimeroServer, adapter: Primero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(primero_calls, "GOOD_FOR", 0.0)
    monkeypatch.setattr(tokens, "SHORTEST", tokens.EARLY)
    adapter.deliver(an_event(1))
    asked = [one.path for one in server.log if one.path != "/api/v2/tokens"]
    assert len(server.tokens) == len(asked) == 4


def test_a_token_may_come_as_a_cookie(server: PrimeroServer, adapter: Primero) -> None:
    server.by_cookie = True
    adapter.deliver(an_event(1))
    assert len(server.rows()) == 1


def test_a_password_that_is_wrong_holds_everything_up_and_parks_nothing(
    server: PrimeroServer, url: str
) -> None:
    with pytest.raises(Away, match="our_sign_in"):
        adapter_to(outside(url), password="wrong").deliver(an_event(1))
    server.before["POST", "tokens"] = Says(200, b"{}")
    with pytest.raises(Away, match="token unreadable"):
        adapter_to(outside(url)).deliver(an_event(1))


@pytest.mark.parametrize(
    ("says", "at", "kind", "code"),
    [
        (Says(403), ("GET", "cases"), Away, "http 403"),
        (Says(429, headers={"Retry-After": "60"}), ("PATCH", CASE), Away, "http 429"),
        (Says(409), ("PATCH", CASE), TryAgain, "http 409"),
        (Says(422), ("PATCH", CASE), GiveUp, "http 422"),
        (Says(500), ("GET", CASE), TryAgain, "http 500"),
        (Says(200, b"<html>"), ("GET", "cases"), TryAgain, "not_readable"),
        (Says(200, b'{"data": 1}'), ("GET", "cases"), TryAgain, "not_readable"),
        (Says(200, b"[]"), ("GET", CASE), TryAgain, "not_readable"),
        (Says(302, headers={"Location": "/"}), ("GET", CASE), Away, "http 302"),
    ],
)  # fmt: skip
def test_what_it_answers_is_told_apart(
    server: PrimeroServer, adapter: Primero, says: Says, at: tuple[str, str], kind: type[Exception], code: str
) -> None:
    server.before[at] = says
    with pytest.raises(kind) as caught:
        adapter.deliver(an_event(1))
    assert type(caught.value) is kind
    assert str(caught.value) == code


def test_a_case_out_of_our_users_reach_waits_for_a_person(server: PrimeroServer, adapter: Primero) -> None:
    server.out_of_reach = {CASE}
    with pytest.raises(GiveUp, match=r"^http 403$"):
        adapter.deliver(an_event(1))


OPTIONS = {
    "url": "https://primero.example.org", "user": "my_review", "case_field": "national_id_no",
    "subform": SUBFORM, "mapping": "docs/mapping/primero.yaml", "documents": DOCUMENTS,
}  # fmt: skip


def made(options: dict[str, Any], secrets: dict[str, str], mode: str = "test") -> Primero:
    ours = Settings(mode="test", authority=AUTHORITY, **KEYS).model_copy(update={"mode": mode})
    return primero.make(Given("primero", options, secrets, ours, ROOT))


@pytest.mark.parametrize(
    ("change", "secrets", "said"),
    [
        ({}, {}, "the secret password is needed"),
        ({}, {"password": "p", "key": "k"}, "unknown secret key"),
        ({"subform": "A B"}, {"password": "p"}, "options.subform"),
        ({"mapping": ""}, {"password": "p"}, "options.mapping is needed"),
        ({"mapping": "docs/mapping/row.yaml"}, {"password": "p"}, "views/1: a row of Primero's is not a CSV file"),
        ({"case_field": "id", "create": {}}, {"password": "p"}, "options.create"),
        ({"url": "http://primero.example.org"}, {"password": "p"}, "without TLS"),
        ({"url": "https://10.0.0.1"}, {"password": "p"}, "inside"),
        ({"portrait": "x"}, {"password": "p"}, "options.portrait"),
    ],
)  # fmt: skip
def test_a_wrong_setting_stops_the_start(change: dict[str, Any], secrets: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        made({**OPTIONS, **change}, secrets)


def test_right_settings_make_it_and_live_mode_never_goes_without_tls() -> None:
    assert made(OPTIONS, {"password": PASSWORD}).places.subform == SUBFORM
    with pytest.raises(ValueError, match="plain"):
        made({**OPTIONS, "plain": ["primero.example.org"]}, {"password": "p"}, "live")


def test_neither_the_password_nor_the_childs_id_stands_in_a_reason(
    server: PrimeroServer, adapter: Primero
) -> None:
    server.cases = {}
    with pytest.raises(GiveUp) as caught:
        adapter.deliver(an_event(1))
    assert "C-1" not in str(caught.value)
    assert PASSWORD not in json.dumps(str(caught.value))

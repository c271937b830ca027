"""The `files` adapter: what lies in the folder, and that nothing ever lies elsewhere (threats.md B5, B8, B10)."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from config import ROOT
from tests.casesystem.records import a_key, a_person, a_views_record, an_event, an_item, invite_choices
from webapp.casesystem import Away, Event, GiveUp, folders
from webapp.casesystem.files import Files
from webapp.casesystem.folders import sweep

NASTY = [
    "../../etc/passwd",
    "a\0b",
    "CON",
    "x" * 300,
    "\u202egnp.exe",
    "‮",
    "<script>alert(1)</script>",
    "{{7*7}}",
]
OUT = {f"out/{a_key(1)}.{ending}" for ending in ("csv", "html", "json")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "case"


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


@pytest.mark.parametrize(
    "name,record",
    [("views-1", a_views_record(an_item("Fine."))), ("invite-choices-1", invite_choices(a_person("Dad")))],
)
def test_what_is_written_has_the_published_schema(root: Path, name: str, record: dict[str, Any]) -> None:
    Files(root).deliver(an_event(1, record))
    schema = json.loads((ROOT / "static/schemas" / f"{name}.json").read_text("utf-8"))
    written = json.loads((root / "out" / f"{a_key(1)}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(written)
    assert written == record


def test_a_file_and_its_copy_to_read_are_named_by_the_key_alone(root: Path) -> None:
    Files(root).deliver(an_event(1))
    assert everything(root) == OUT


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_that_anybody_typed_leads_out_of_the_folder(tmp_path: Path, root: Path, nasty: str) -> None:
    record = invite_choices(
        a_person(nasty, reason=nasty, relation=nasty), review_id=nasty, child_id=nasty, helped_by=nasty
    )
    Files(root).deliver(an_event(1, record))
    assert everything(tmp_path) == {f"case/{name}" for name in OUT}


@pytest.mark.parametrize("key", ["../up", "", "A" * 64, a_key(1) + "\n", a_key(1)[:-1] + "/"])
def test_a_key_that_is_no_key_is_refused(root: Path, key: str) -> None:
    with pytest.raises(GiveUp):
        Files(root).deliver(Event(key, a_views_record()))
    assert not root.exists()


def test_folders_and_files_are_the_owners_alone(root: Path) -> None:
    old = os.umask(0)
    try:
        Files(root).deliver(an_event(1))
    finally:
        os.umask(old)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*") if path.is_file()}
    folders_ = {stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")] if path.is_dir()}
    assert (modes, folders_) == ({0o600}, {0o700})


def test_a_link_in_place_of_a_folder_is_not_followed(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root.mkdir()
    (root / "out").symlink_to(outside)
    with pytest.raises(Away, match="disk"):
        Files(root).deliver(an_event(1))
    assert everything(outside) == set()


def test_a_link_in_place_of_the_file_is_replaced_not_written_through(root: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (root / "out").mkdir(parents=True)
    (root / "out" / f"{a_key(1)}.json").symlink_to(victim)
    Files(root).deliver(an_event(1))
    assert victim.read_text() == "mine"
    assert not (root / "out" / f"{a_key(1)}.json").is_symlink()


def test_delivering_again_writes_the_same_bytes(root: Path) -> None:
    Files(root).deliver(an_event(1))
    before = {path.name: path.read_bytes() for path in (root / "out").iterdir()}
    Files(root).deliver(an_event(1))
    assert {path.name: path.read_bytes() for path in (root / "out").iterdir()} == before


def test_a_full_disk_leaves_nothing_half_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Files(root).deliver(an_event(1))

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Away, match="disk ENOSPC"):
        Files(root).deliver(an_event(2))
    assert everything(root) == OUT


def test_the_json_comes_last_so_that_its_reader_finds_both(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    real = folders.write_whole

    def watched(parts: int, target: int, name: str, content: bytes) -> None:
        written.append(name.partition(".")[2])
        real(parts, target, name, content)

    monkeypatch.setattr(folders, "write_whole", watched)
    Files(root).deliver(an_event(1))
    assert written == ["html", "csv", "json"]


@pytest.mark.parametrize(
    "change",
    [{"schema": "views/2"}, {"revision": 0}, {"audience": "the press"}, {"ssn": "X"}, {"review_id": ""}],
)
def test_a_record_against_its_schema_waits_for_a_person(root: Path, change: dict[str, Any]) -> None:
    with pytest.raises(GiveUp):
        Files(root).deliver(an_event(1, {**a_views_record(), **change}))
    assert not root.exists()


def test_the_reason_says_where_and_never_what(root: Path) -> None:
    record = a_views_record(an_item("CANARYWORDS", audience="CANARYWHO"), CANARYKEY="CANARYVALUE")
    with pytest.raises(GiveUp) as caught:
        Files(root).deliver(an_event(1, record))
    assert "CANARY" not in str(caught.value)
    assert "headings.0.items.0.audience" in str(caught.value)


def receipt(**change: Any) -> str:
    return json.dumps({"event_key": a_key(1), "received_at": "2027-02-01T10:00:00Z", "id": "CS-7", **change})


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b"x" * 20_000, receipt(event_key="../x").encode(),
        receipt(received_at="yesterday").encode(), receipt(received_at="2027-02-01T10:00:00").encode(),
        receipt(id="x" * 201).encode(), receipt(more=1).encode(), b'{"event_key": 1e400}', b"[" * 9000,
    ],
)  # fmt: skip
def test_a_receipt_that_is_none_is_put_aside_with_a_reason(root: Path, content: bytes) -> None:
    (root / "receipts").mkdir(parents=True)
    (root / "receipts" / "one.json").write_bytes(content)
    (root / "receipts" / "two.json").write_text(receipt())
    assert [found.event_key for found in Files(root).receipts()] == [a_key(1)]
    refused = list((root / "receipts/refused").iterdir())
    assert sorted(path.suffix for path in refused) == [".json", ".txt"]
    reason = next(path for path in refused if path.suffix == ".txt").read_text()
    assert '"one.json"' in reason
    assert next(path for path in refused if path.suffix == ".json").read_bytes() == content


def test_a_receipt_that_is_a_link_a_folder_or_a_pipe_is_put_aside(root: Path, tmp_path: Path) -> None:
    waiting = root / "receipts"
    waiting.mkdir(parents=True)
    secret = tmp_path / "secret.json"
    secret.write_text(receipt())
    (waiting / "link.json").symlink_to(secret)
    (waiting / "folder.json").mkdir()
    os.mkfifo(waiting / "pipe.json")
    assert list(Files(root).receipts()) == []
    assert secret.exists()
    assert not list(waiting.glob("*.json"))


def test_what_does_not_end_in_json_is_left_alone(root: Path) -> None:
    (root / "receipts").mkdir(parents=True)
    (root / "receipts" / "one.json.part").write_text("half")
    assert list(Files(root).receipts()) == []
    assert (root / "receipts" / "one.json.part").exists()


def test_a_settled_receipt_lies_with_those_that_are_done(root: Path) -> None:
    (root / "receipts").mkdir(parents=True)
    (root / "receipts" / "odd name é.json").write_text(receipt())
    adapter = Files(root)
    adapter.settle(adapter.receipts()[0])
    assert everything(root) == {f"receipts/done/{a_key(1)}.json"}


def test_what_a_killed_writer_left_is_swept_up_after_a_while(tmp_path: Path) -> None:
    (tmp_path / "old.part").write_text("half")
    os.utime(tmp_path / "old.part", (1, 1))
    (tmp_path / "new.part").write_text("half")
    opened = os.open(tmp_path, os.O_RDONLY)
    sweep(opened)
    os.close(opened)
    assert everything(tmp_path) == {"new.part"}

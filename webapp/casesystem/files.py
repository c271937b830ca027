"""The `files` adapter: records into a folder, receipts and reviews out of it (docs/case-system.md).

    out/KEY.json           the event as JSON, as the published schema has it
    out/KEY.html           of a record: the same to read; written before it, so that it is there when the JSON is
    out/KEY.csv            of a record: a line for each answer, for robots and for keying in
    out/KEY.form.json, .csv  of a record, where a mapping makes it the case system's own form (docs/mapping.md)
    out/KEY.pdf            of a paper copy: the PDF
    out/KEY-ID.jpg, .png   a picture that the record lists; written first of all
    receipts/*.json        receipts, written by the case system
    receipts/done/         receipts that are written down
    receipts/refused/      receipts that are not right, each with a file that says why
    in/*.jsonl, in/*.csv   reviews for us, written by the case system
    in/done/               files that are taken in, each with a file that says what was wrong where anything was
    parts/                 files that are not whole yet

KEY is the event's key, ID the picture's own: no name and no word of anybody is part of a path.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from webapp.booklet.announcements import MODELS, Announcement
from webapp.booklet.records import Views, ViewsRecord
from webapp.booklet.wishes import InviteChoicesRecord
from webapp.casesystem import Given, folders
from webapp.casesystem.mapping import Translation, option
from webapp.casesystem.port import Away, Event, GiveUp, Incoming, Outward, Receipt
from webapp.casesystem.readable import readable
from webapp.casesystem.summary import summary

SCHEMAS: dict[str, type[Views] | type[Announcement]] = {
    "views/1": ViewsRecord, "invite-choices/1": InviteChoicesRecord,
    **{name.replace("-1", "/1"): model for name, model in MODELS.items()},
}  # fmt: skip
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a",
    "audio/aac": "aac", "audio/amr": "amr",
}  # fmt: skip
"""By the types that a record may list."""
TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}
KEY = re.compile(r"[0-9a-f]{64}")
LONGEST_RECEIPT = 16 * 1024
LONGEST_BATCH = 64 * 1024 * 1024
"""Bytes of one file of reviews; a thousand children are two million."""


class ReceiptFile(BaseModel):
    """A receipt as the case system writes it."""

    model_config = ConfigDict(extra="forbid")
    event_key: str = Field(pattern=rf"^{KEY.pattern}$")
    received_at: AwareDatetime
    id: str = Field("", max_length=200)


class Files(Outward):
    """Writes into one folder of this machine, or of a share that is mounted on it."""

    time_limit = 30.0
    """Not ours to keep: the operating system decides how long a share may hang. Counted with for leases."""

    def __init__(self, root: Path, mapping: Translation | None = None) -> None:
        self.root, self.mapping = root, mapping

    def deliver(self, event: Event) -> None:
        """Write the event and what goes beside it. The same event again writes the same files again."""
        if not KEY.fullmatch(event.key):
            raise GiveUp("key")
        content = json.dumps(event.record, ensure_ascii=False, indent=2).encode() + b"\n"
        record = checked(event, content)
        beside = _beside(event, record)
        if form := self.mapping and self.mapping.of(event):
            beside[f"{event.key}.form.{form.ending}"] = form.content
        with _outside(), folders.folder(self.root, "parts") as parts, folders.folder(self.root, "out") as out:
            for name, one in beside.items():
                folders.write_whole(parts, out, name, one)
            folders.write_whole(parts, out, f"{event.key}.json", content)

    def receipts(self) -> Sequence[Receipt]:
        """Those in the folder; what can't be one is put aside at once."""
        found = []
        with (
            _outside(),
            folders.folder(self.root, "receipts") as waiting,
            folders.folder(self.root, "parts") as parts,
        ):
            folders.sweep(parts)
            for name in folders.names(waiting):
                if name.endswith(".json"):
                    found += self._read(waiting, name)
        return sorted(found, key=lambda receipt: receipt.received_at)

    def settle(self, receipt: Receipt) -> None:
        """Move it to done/."""
        with _outside(), self._receipts("done") as (waiting, done):
            folders.move(receipt.name, waiting, done, f"{receipt.event_key}.json")

    def refuse(self, receipt: Receipt, reason: str) -> None:
        """Move it to refused/."""
        with _outside():
            self._put_aside(receipt.name, reason)

    def incoming(self, cursor: str) -> Incoming | None:
        """The first file in the folder. What is taken in leaves it: there is no cursor to keep."""
        with _outside(), folders.folder(self.root, "in") as waiting:
            for name in folders.names(waiting):
                if not name.endswith((".jsonl", ".csv")):
                    continue
                try:
                    content = folders.read_small(waiting, name, LONGEST_BATCH)
                except (ValueError, OSError):
                    self._done(name, ["this is no file, or too long"])
                    continue
                return Incoming(name, content, cursor)
        return None

    def took_in(self, batch: Incoming, problems: Sequence[str]) -> None:
        """Move the file to done/, under a name of ours, with what was wrong beside it."""
        self._done(batch.name, problems)

    def _done(self, name: str, problems: Sequence[str]) -> None:
        new_name = secrets.token_hex(16)
        with (
            _outside(),
            folders.folder(self.root, "in") as waiting,
            folders.folder(self.root, "in", "done") as done,
            folders.folder(self.root, "parts") as parts,
        ):
            ending = name[name.rindex(".") :]
            if folders.move(name, waiting, done, f"{new_name}{ending}") and problems:
                report = "".join(f"{line}\n" for line in [json.dumps(name), *problems])
                folders.write_whole(parts, done, f"{new_name}.problems.txt", report.encode())

    def _read(self, waiting: int, name: str) -> list[Receipt]:
        try:
            said = ReceiptFile.model_validate_json(folders.read_small(waiting, name, LONGEST_RECEIPT))
        except ValidationError as error:
            self._put_aside(name, "not_valid " + _where(error))
        except (ValueError, OSError) as error:
            if isinstance(error, FileNotFoundError):
                return []
            self._put_aside(name, "not_a_file")
        else:
            return [Receipt(said.event_key, said.received_at, said.id, name)]
        return []

    def _put_aside(self, name: str, reason: str) -> None:
        new_name = secrets.token_hex(16)
        with self._receipts("refused") as (waiting, refused), folders.folder(self.root, "parts") as parts:
            if folders.move(name, waiting, refused, f"{new_name}.json"):
                why = f"{reason}\n{json.dumps(name)}\n".encode()
                folders.write_whole(parts, refused, f"{new_name}.reason.txt", why)

    @contextlib.contextmanager
    def _receipts(self, below: str) -> Iterator[tuple[int, int]]:
        with (
            folders.folder(self.root, "receipts") as waiting,
            folders.folder(self.root, "receipts", below) as target,
        ):
            yield waiting, target


class Options(BaseModel):
    """The adapter's settings."""

    model_config = ConfigDict(extra="forbid")
    folder: str = ""
    mapping: str = ""


def make(given: Given) -> Files:
    """The adapter as settings have it. Raises ValueError."""
    options = given.read(Options)
    if given.secrets:
        raise ValueError("a folder has no secrets")
    mapping = option(given.folder, options.mapping)
    if options.folder:
        return Files(given.folder / options.folder, mapping)
    if given.name != "files":
        raise ValueError("options: folder is needed")
    return Files(given.settings.files_folder, mapping)


def _beside(event: Event, record: Views | Announcement) -> dict[str, bytes]:
    """By their names, the files that are there before the JSON is."""
    found: dict[str, bytes] = {}
    if isinstance(record, Views):
        files = named(event, record)
        found |= dict(files.values())
        page = readable(record, {one: name for one, (name, _) in files.items()})
        found |= {f"{event.key}.html": page.encode(), f"{event.key}.csv": summary(event.key, record)}
    if event.paper:
        found[f"{event.key}.pdf"] = event.paper
    return found


def checked(event: Event, content: bytes) -> Views | Announcement:
    """The record, held against its schema. Raises GiveUp naming the places that are wrong, never what stands
    there.
    """
    model = SCHEMAS.get(str(event.record.get("schema")))
    if model is None:
        raise GiveUp("schema")
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise GiveUp("not_valid " + _where(error)) from None


def named(event: Event, record: Views) -> dict[str, tuple[str, bytes]]:
    """By a picture's id: the name of its file and its bytes. Raises GiveUp where one isn't what the record says."""
    files = {}
    for one in record.attachments:
        content = event.pictures.get(one.id, b"")
        if hashlib.sha256(content).hexdigest() != one.sha256:
            raise GiveUp("picture")
        files[one.id] = (f"{event.key}-{one.id}.{ENDINGS[one.media_type]}", content)
    return files


def _where(error: ValidationError) -> str:
    """Up to five places with what is wrong there. A key that nobody expects may be someone's words: left
    out.
    """
    found = [
        f"{'.'.join(map(str, item['loc'][:-1] if item['type'] == 'extra_forbidden' else item['loc']))}:{item['type']}"
        for item in error.errors(include_input=False, include_url=False)
    ]
    return " ".join(found[:5])


@contextlib.contextmanager
def _outside() -> Iterator[None]:
    """A disk that is full, gone or not ours to write is the same for every event."""
    try:
        yield
    except OSError as error:
        raise Away(f"disk {errno.errorcode.get(error.errno or 0, 'unknown')}") from None

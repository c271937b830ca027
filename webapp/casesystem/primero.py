"""The `primero` adapter: records as rows of a subform in the child's case (Primero, API v2).

Each record is one row, and the row's unique_id is the record's id: Primero merges rows by it, so that the same event
again leaves one. The mapping says what a row's fields are called (docs/mapping.md). Fields that our user may not write
are dropped by Primero in silence, so every row is read back and compared. A worry raises a flag; the PDF and pictures
are attachments. Neither of those can be repeated safely, so each carries a reference of ours that is looked for first.
What Primero can't hold (too large, a kind of sound) is told by a small text file in its place.

Options: `url`, `user` with the secret `password`; `case_field` (the field of a case that holds our child's id, or
`id`), `subform`, `mapping`, `documents`, `images`, `audio` (fields for files), `create` (fields of a case that is made
where none is found; without it none is made); `hosts`, `inside`, `plain`, `ca`.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from webapp.booklet.records import Views
from webapp.casesystem import Given
from webapp.casesystem.files import ENDINGS, checked, named
from webapp.casesystem.mapping import Translation, option
from webapp.casesystem.outside import CONNECT, Outside
from webapp.casesystem.port import Event, GiveUp, Outward, Taken
from webapp.casesystem.primero_calls import Calls, Json, SignedIn
from webapp.clock import london

CALL, BEGINS = 10.0, 20.0
"""Seconds for one call, and after which no new call begins: an event that needs more goes on where it was next time."""
LARGEST = 4 * 1024 * 1024
"""Bytes of a file that Primero takes."""
IMAGES = frozenset(["image/jpeg", "image/png"])
SOUNDS = frozenset(["audio/mpeg", "audio/mp4"])
FLAG = "My Review, My Choice: somebody may not be safe. Read it now, after signing in: {page} Reference: {reference}"
INSTEAD = (
    "A file of this record is not here: it is too large for this system, or of a kind that it does not take.\n"
    "It is on the record's page in My Review, My Choice.\n"
)
SPOILT = re.compile(r"\d+|true|false|\d{4}-\d\d-\d\d.*|\d{1,2}[-/][^\s/-]+[-/]\d{2,4}")
"""A line that Primero takes for a number, a yes or no, or a date, even among others: the text would be lost."""


class Options(BaseModel):
    """The adapter's settings."""

    model_config = ConfigDict(extra="forbid")
    url: str
    user: str = Field(min_length=1)
    case_field: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    subform: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    mapping: str
    documents: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    images: str = Field("", pattern=r"^[a-z0-9_]*$")
    audio: str = Field("", pattern=r"^[a-z0-9_]*$")
    create: dict[str, str | int | bool] | None = None
    hosts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    ca: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Where in a case everything stands."""

    case_field: str
    subform: str
    documents: str
    images: str = ""
    audio: str = ""
    create: Mapping[str, Any] | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The fields that hold files."""
        return tuple(name for name in (self.documents, self.images, self.audio) if name)


@dataclass(frozen=True, slots=True)
class File:
    """Something to attach."""

    field: str
    kind: str
    name: str
    reference: str
    """By which it is found again; stands in the attachment's comments."""
    content: bytes


OPTIONAL = ("participation", "decisions", "invitations", "attendance", "letter", "request")
WHOLE = frozenset(["decisions", "invitations", "attendance", "letter"])
"""A review has one row of each of these, always the newest; every other event has its own."""


class Primero(Outward):
    """Speaks to one Primero."""

    time_limit = BEGINS + 4 * CALL  # the last call may need a token before it, and both again after a 401
    wants_paper = True

    def __init__(self, outside: Outside, tokens: SignedIn, places: Places, mapping: Translation) -> None:
        """Raises ValueError where the mapping has no form for views or wishes."""
        self.outside, self.tokens, self.places, self.mapping = outside, tokens, places, mapping
        forms = mapping.file.records
        if missing := [name for name in ("views/1", "invite-choices/1") if name not in forms]:
            raise ValueError(f"options.mapping: {missing[0]} is missing")
        if tables := [name for name, form in forms.items() if form.as_ != "json"]:
            raise ValueError(f"options.mapping: {tables[0]}: a row of Primero's is not a CSV file")
        kinds = {"views", "invite_choices", "withdrawal", "worry", "paper_copy"}
        self.takes = frozenset(kinds | {kind for kind in OPTIONAL if f"{kind}/1" in forms})

    def deliver(self, event: Event) -> Taken:
        """Put the event into the child's case. What of it is there already stays as it is."""
        record = checked(event, json.dumps(event.record, ensure_ascii=False).encode())
        calls = Calls(self.outside, self.tokens, time.monotonic() + BEGINS)
        files = list(self._files(event, record))
        row = self._row(event)
        case = self._case(calls, event.record["child_id"])
        if event.kind == "worry":
            self._flag(calls, case, event)
        else:
            there = calls.read(case, ["id", self.places.subform, *self.places.files])
            gone = event.record["withdraws"] if event.kind == "withdrawal" else ()
            self._write(calls, case, row, gone, there)
            self._attach(calls, case, files, gone, there)
        return Taken(f"cases/{case}", received=True)

    def _case(self, calls: Calls, child: str) -> str:
        """The child's case. Its own number is no secret, but it stands in no reason either."""
        if self.places.case_field == "id":
            try:
                return str(uuid.UUID(child))
            except ValueError:
                raise GiveUp("case_not_found") from None
        if found := calls.case_of(self.places.case_field, child):
            return found
        if self.places.create is None:
            raise GiveUp("case_not_found")
        made = _uuid(f"child:{child}")
        calls.create({**self.places.create, "id": made, self.places.case_field: child})
        return made

    def _row(self, event: Event) -> Json | None:
        form = self.mapping.of(event)
        if form is None:
            return None
        fields = {name: _guarded(value) for name, value in json.loads(form.content).items()}
        whole = event.kind in WHOLE
        own = event.record.get("request", event.record["id"])
        row = _uuid(f"{event.kind}:{event.record['review_id']}") if whole else own
        return {**fields, "unique_id": row}

    def _write(self, calls: Calls, case: str, row: Json | None, gone: Any, there: Json) -> None:
        """The row, and without those that were taken back. Read back, because what isn't permitted is dropped."""
        old = _rows(there, self.places.subform)
        # The documentation has _delete, and the program itself _destroy.
        away = [{"unique_id": one, "_delete": True, "_destroy": True} for one in gone if one in old]
        new = [row] if row is not None and _dropped(row, old.get(row["unique_id"])) else []
        if not away and not new:
            return
        calls.change(case, {self.places.subform: [*away, *new]})
        now = _rows(calls.read(case, [self.places.subform]), self.places.subform)
        if row is not None and row["unique_id"] not in now:
            raise GiveUp(f"row_not_kept {self.places.subform}")
        if row is not None and (lost := _dropped(row, now[row["unique_id"]])):
            raise GiveUp(f"fields_not_kept {' '.join(lost)}"[:200])
        if any(one["unique_id"] in now for one in away):
            raise GiveUp("rows_not_deleted")

    def _attach(self, calls: Calls, case: str, files: list[File], gone: Any, there: Json) -> None:
        kept = [one for name in self.places.files for one in there.get(name) or () if isinstance(one, dict)]
        for one in kept:
            if any(str(one.get("comments", "")).startswith(_reference(old, "")) for old in gone):
                calls.detach(case, one.get("id"))
        present = {str(one.get("comments")) for one in kept}
        for file in files:
            if file.reference not in present:
                calls.attach(case, _as_attachment(file))

    def _flag(self, calls: Calls, case: str, event: Event) -> None:
        reference = event.key[:16]
        if any(reference in message for message in calls.flags(case)):
            return
        day = london(dt.datetime.fromisoformat(event.record["raised_at"])).date().isoformat()
        calls.flag(case, day, FLAG.format(page=event.record["page"], reference=reference))

    def _files(self, event: Event, record: object) -> Iterator[File]:
        places = self.places
        if event.paper:
            of = event.record["record" if event.kind == "paper_copy" else "id"]
            yield _fitting(
                places, File(places.documents, "document", "record.pdf", _reference(of, "pdf"), event.paper)
            )
        if not isinstance(record, Views):
            return
        pictures = named(event, record)
        for one in record.attachments:
            field, kind = "", ""
            if one.media_type in IMAGES:
                field, kind = places.images, "image"
            elif one.media_type in SOUNDS:
                field, kind = places.audio, "audio"
            name, mark = f"{one.id}.{ENDINGS[one.media_type]}", _reference(str(record.id), one.id)
            yield _fitting(places, File(field, kind, name, mark, pictures[one.id][1]))


def make(given: Given) -> Primero:
    """The adapter as settings have it. Raises ValueError."""
    options = given.read(Options)
    if options.plain and given.settings.mode == "live":
        raise ValueError("options.plain: nothing goes without TLS in live mode")
    if unknown := set(given.secrets) - {"password"}:
        raise ValueError(f"unknown secret {sorted(unknown)[0]}")
    if not given.secrets.get("password"):
        raise ValueError("the secret password is needed")
    if options.create is not None and options.case_field == "id":
        raise ValueError("options.create: a case that is found by its id is never made")
    mapping = option(given.folder, options.mapping)
    if mapping is None:
        raise ValueError("options.mapping is needed")
    outside = Outside(
        options.url, hosts=options.hosts, inside=options.inside, plain=options.plain,
        ca=str(given.folder / options.ca) if options.ca else None, total=CALL, read=CALL, connect=CONNECT,
    )  # fmt: skip
    outside.check()
    places = Places(
        options.case_field, options.subform, options.documents, options.images, options.audio, options.create
    )
    return Primero(outside, SignedIn(outside, options.user, given.secrets["password"]), places, mapping)


def _uuid(name: str) -> str:
    """Always the same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:my-review-my-choice:{name}"))


def _fitting(places: Places, file: File) -> File:
    """The file, or what says that it isn't here."""
    if file.field and len(file.content) <= LARGEST:
        return file
    return File(places.documents, "document", "not-here.txt", file.reference, INSTEAD.encode())


def _as_attachment(file: File) -> Json:
    """As the program takes it: its documentation calls the second one `type`, and tells of no file_name."""
    return {
        "field_name": file.field, "attachment_type": file.kind, "file_name": file.name,
        "description": "Sent for a review", "comments": file.reference, "is_current": True,
        "attachment": base64.b64encode(file.content).decode(),
    }  # fmt: skip


def _reference(record: str, name: str) -> str:
    return f"my-review {record} {name}"


def _rows(data: Mapping[str, Any], subform: str) -> dict[str, Json]:
    rows = data.get(subform)
    found = [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
    return {str(one.get("unique_id")): one for one in found}


def _guarded(value: Any) -> Any:
    """A text of several lines, with a blank after each line for which Primero would take the whole for a number or a
    date: it looks at each line alone.
    """
    if not isinstance(value, str) or "\n" not in value:
        return value
    return "\n".join(f"{line} " if SPOILT.fullmatch(line) else line for line in value.split("\n"))


def _dropped(sent: Mapping[str, Any], found: Mapping[str, Any] | None) -> list[str]:
    """The fields that did not stay as they were sent."""
    return [name for name, value in sent.items() if not _same(value, (found or {}).get(name))]


def _same(sent: Any, found: Any) -> bool:
    """Primero has nothing where nothing was sent, numbers for digits, and moments to the millisecond."""
    if sent in (None, "", [], {}):
        return found in (None, "", [], {})
    if isinstance(sent, list):
        return isinstance(found, list) and len(sent) == len(found) and all(map(_same, sent, found))
    if isinstance(sent, dict):
        return isinstance(found, dict) and not _dropped(sent, found)
    if isinstance(found, bool) or isinstance(sent, bool):
        return str(sent).lower() == str(found).lower()
    return str(sent) == str(found) or _moment(sent) == _moment(found) is not None


def _moment(value: Any) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None

"""The frozen record of what somebody said: what the IRO reads and what the case system is handed.

`views/1` holds every answer under the IRO's headings; `invite-choices/1` adds the wishes of the review
menu. Each field says what it means and who may see it. A record never changes: what is sent later is a
new one, whose `supersedes` names the one before. The published JSON Schemas are in static/schemas/.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from webapp.booklet.definition import Audience, Heading, Who
from webapp.booklet.wording import Wording

Channel = Literal["web", "sms", "whatsapp", "voice", "paper", "terminal"]
"""How an answer reached us; paper is a printed booklet keyed in."""

Language = Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
READERS = "whoever may open the record"
NAMED = "whoever its audience names"


def told(meaning: str, seen_by: str = READERS, **rest: Any) -> Any:
    """A field with its meaning and who may see it, both in the published schema."""
    return Field(description=f"{meaning} Seen by {seen_by}.", **rest)


class Record(BaseModel):
    """Base of every part of a record: frozen, nothing beyond the schema, names as published."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        serialize_by_alias=True,
        validate_by_name=True,
        validate_by_alias=True,
        json_schema_serialization_defaults_required=True,
    )


class Choice(Record):
    """Something chosen from what was offered."""

    id: str = told("Stays the same in every language; a date stands as YYYY-MM-DD.", NAMED)
    label: str = told("The words of the choice as they were shown.", NAMED)
    label_staff: str = told("The same in English.", NAMED)


class Row(Record):
    """One line of an answer that has several: a person, a topic, a side of a place or of a time."""

    id: str = told("Of a person: as in the case system, empty where the child added them.", NAMED)
    label: str = told("A person's name, or the row's words as they were shown.", NAMED)
    label_staff: str = told("The same in English.", NAMED)
    relation: str = told("Who a person is to the child, in the words of whoever named them.", NAMED)
    choices: list[Choice] = told("What was chosen in this row.", NAMED)
    words: str = told("Words as they were typed.", NAMED)
    part_only: bool = told("Come to a part of the review.", NAMED)
    which_part: str = told("Which part, as it was typed.", NAMED)
    reason: str = told(
        "A private reason, as it was typed.", "the IRO alone, whatever the audience of the answer"
    )
    added: bool = told("The person was added by whoever answered and is not checked yet.", NAMED)


class Said(Record):
    """An answer: what was chosen and what was typed. All of it is empty where it was skipped."""

    choices: list[Choice] = told("What was chosen.", NAMED)
    rows: list[Row] = told("What was chosen and typed, line by line.", NAMED)
    words: str = told("Words as they were typed, whole.", NAMED)


class Item(Record):
    """One question, as it was asked, and its answer."""

    question: str = told("Id of the question in the booklet.")
    kind: str = told("Kind of the question; empty where the booklet no longer has it.")
    asked: str = told("The question's words as they were shown.")
    asked_staff: str = told("The same in English.")
    answer: Said = told("What was answered.", NAMED)
    audience: Audience = told(
        "Who may see the answer: the IRO, with the social worker, or all at the review."
    )
    private: bool = told("Among the most private questions: handle with care.")
    channel: Channel = told("How the answer reached us.")
    language: str = told("Language in which it was asked (BCP 47).", pattern=Language.metadata[0].pattern)
    wording: Wording = told("Standard, easy read, or text message.")
    answered_at: AwareDatetime = told("When it was answered.")
    typed_by: str = told(
        "Who typed it, where that was somebody else: a worker's name; helper, for a helper's words; said_to_helper, "
        "for the person's own words in a helper's hand. Empty otherwise.", "staff",
    )  # fmt: skip
    skipped: bool = told("The person chose not to say.")


class HeadingViews(Record):
    """The answers that belong under one heading of the IRO's review record."""

    heading: Heading = told("The heading; the list keeps the order of the record.")
    items: list[Item] = told("Questions and answers in the booklet's order.")


class SetAside(Record):
    """An answer that no longer counts: kept, so that nothing is lost; marked, so that nobody acts on it."""

    why: Literal["off_path", "not_in_booklet"] = told(
        "A later answer took the question off the path, or the booklet no longer has it."
    )
    item: Item = told("The question and the answer.")


class NotAnswered(Record):
    """A question that stood open when the booklet was sent."""

    question: str = told("Id of the question.")
    asked_staff: str = told("Its words in English.")


class Attachment(Record):
    """A picture that was drawn or photographed as an answer, or a voice note; delivered beside the record."""

    id: str = told("Of the picture: 32 hex digits.", pattern="^[0-9a-f]{32}$")
    question: str = told("Id of the question that it answers; whoever may see that answer may see it.")
    kind: Literal["drawing", "photo", "voice"] = told("Drawn on the page, a photo, or a voice note.")
    media_type: Literal[
        "image/jpeg", "image/png", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr"
    ] = told("What the file is.")
    sha256: str = told("SHA-256 of the file, in hex.", pattern="^[0-9a-f]{64}$")
    bytes: int = told("Length of the file.", ge=1)


class Respondent(Record):
    """Whose words these are."""

    id: str = told("Of the person in the case system.", min_length=1)
    role: str = told("The role in this child's case, as the case system names it.")
    who: Who = told("Who the booklet is for.")


class BookletPin(Record):
    """Which questions were asked."""

    id: str = told("Of the booklet.")
    title: str = told("Its title in English.")
    definition: str = told(
        "SHA-256 of the definition, in hex: the exact questions.", pattern="^[0-9a-f]{64}$"
    )


class Views(Record):
    """What both records hold."""

    schema_: str = told("Name and version of this schema.", alias="schema")
    kind: str = told("Kind of record.")
    id: UUID = told("Of this record; stays the same when it is delivered again.")
    revision: int = told("1 for the first record of this booklet, then 2, 3, ...", ge=1)
    supersedes: UUID | None = told("The record that this one replaces as a whole; null for the first.")
    audience: Audience = told(
        "The narrowest audience of any answer in it: who may see the record as a whole."
    )
    attachments: list[Attachment] = told(
        "Pictures and voice notes delivered beside the record; empty where there are none."
    )
    review_id: str = told("Of the review in the case system.", min_length=1)
    child_id: str = told("Of the child in the case system.", min_length=1)
    respondent: Respondent = told("Who answered.")
    booklet: BookletPin = told("What was asked.")
    language: str = told(
        "Language of the booklet when it was sent (BCP 47).", pattern=Language.metadata[0].pattern
    )
    wording: Wording = told("Wording of the booklet when it was sent.")
    channels: list[Channel] = told("Every channel that answers came by.")
    helped_by: str = told("Who helped, as it was said; empty where nobody did or nobody said.", "staff")
    completed: Literal["sent", "sent_so_far"] = told(
        "Whether the person had finished, or sent what there was."
    )
    sent_at: AwareDatetime = told("When it was sent.")
    headings: list[HeadingViews] = told("The answers under the IRO's headings; only headings with answers.")
    not_answered: list[NotAnswered] = told("Questions that stood open.")
    set_aside: list[SetAside] = told("Answers that no longer count.", "the IRO")
    held_back: int = told(
        "How many answers, or private reasons, are not in this copy because fewer people may see them than can read "
        "it. The IRO's own page has them.", default=0, ge=0,
    )  # fmt: skip


class ViewsRecord(Views):
    """The structured views of one person before (or after) one review."""

    schema_: Literal["views/1"] = told("Name and version of this schema.", alias="schema", default="views/1")
    kind: Literal["views"] = told("Kind of record.", default="views")


def as_json(record: Record) -> dict[str, Any]:
    """The record as plain data, ready for json.dumps, as the published schema has it."""
    return record.model_dump(mode="json", by_alias=True)

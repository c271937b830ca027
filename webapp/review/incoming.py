"""Reviews on their way in: the shape of one row, and its JSON Schema.

One row is one review with the child and every person in the child's case. The shape is here; what must agree
between fields is in `incoming_checks`; reading files is in `incoming_reader` and `incoming_csv`. Case-system
suppliers find the format described in docs/reviews-in.md.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

LONDON = ZoneInfo("Europe/London")
SCHEMA_ID = "urn:my-review-my-choice:review-import:1"

ReviewKind = Literal["first", "second", "later", "short_breaks", "adoption", "asked_for"]
ReviewStatus = Literal["planned", "held", "postponed", "cancelled"]
Sex = Literal["female", "male", "other", "not_known"]
LegalStatus = Literal[
    "care_order", "interim_care_order", "placement_order", "accommodated", "remand",
    "emergency_protection", "police_protection", "short_breaks", "other",
]  # fmt: skip
Placement = Literal[
    "foster", "connected", "residential", "adoption", "parents", "independent", "secure", "custody", "other"
]
Hold = Literal["none", "missing", "moved", "bereaved", "died", "left_care"]
Format = Literal["standard", "easy_read", "large_print", "audio"]
Way = Literal["email", "letter", "sms", "whatsapp", "none"]
FactKind = Literal["birthday", "postcode", "word"]
Role = Literal[
    "parent", "carer_foster", "carer_connected", "carer_residential", "adopter", "social_worker", "teacher",
    "nurse", "supervising_social_worker", "sibling", "grandparent", "relative", "advocate",
    "independent_visitor", "personal_adviser", "health_visitor", "school_nurse", "camhs",
    "designated_teacher", "previous_carer", "youth_offending_worker", "childrens_guardian", "interpreter",
    "friend", "other",
]  # fmt: skip

_ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Id = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$")
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=_ONE_LINE)
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=_ONE_LINE)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=_ONE_LINE)]
LongWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=_LINES)]
Language = Annotated[str, StringConstraints(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]

_EMAIL = re.compile(
    r"[^\s@<>\"(),:;\[\]\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
YEARS = range(1900, 2200)
"""Days further away are mistakes, and the ends of the calendar can't be counted back or forth from."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?")


def _day(value: Any) -> Any:
    """Only 2027-03-28: a number would be read as seconds since 1970, a shorter form by guessing."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("not_a_day", "not a day")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("not_a_day", "not a day") from None
    if day.year not in YEARS:
        raise PydanticCustomError("not_a_day", "not a day")
    return day


def _moment(value: Any) -> Any:
    """Clock time in London, or any offset; a time that its clocks skip or show twice needs the offset."""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(LONDON)
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise PydanticCustomError("not_a_moment", "not a date and time")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("not_a_moment", "not a date and time") from None
    if moment.year not in YEARS:
        raise PydanticCustomError("not_a_moment", "not a date and time")
    if moment.tzinfo:
        return moment.astimezone(LONDON)
    local = moment.replace(tzinfo=LONDON)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise PydanticCustomError("clock_change", "skipped or shown twice")
    return local


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise PydanticCustomError("not_an_email", "not an email address")
    return value


def _phone(value: str) -> str:
    """To E.164, read as a British number unless it starts with +; the drama ranges are allowed."""
    import phonenumbers  # here, because it is slow to import and only a load needs it

    try:
        number = phonenumbers.parse(value, "GB")
    except phonenumbers.NumberParseException:
        raise PydanticCustomError("not_a_phone", "not a phone number") from None
    if number.extension or not phonenumbers.is_possible_number(number):
        raise PydanticCustomError("not_a_phone", "not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _dialled(value: str) -> str:
    """A phone number that a child may read: checked, and left as people write it."""
    _phone(value)
    return value


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_email)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_phone)]
Dialled = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_dialled)]
Year = Annotated[int, Field(strict=True, ge=1990, le=2100)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reach(_Shape):
    """How to reach somebody about this child; `way` is the one to use, `none` means that nothing is sent."""

    way: Way = "none"
    email: Email | None = None
    phone: Phone | None = None
    address: tuple[Name, ...] = Field(
        (), max_length=8, description="Lines of the address, the postcode last."
    )


class KnownFact(_Shape):
    """The one thing that the person is asked for when they open their link."""

    kind: FactKind
    value: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=_ONE_LINE)
    ] = Field(
        description="birthday: DD-MM; postcode: with or without its space; word: a word that was agreed."
    )


class Nearby(_Shape):
    """Somebody to turn to where a child lives, away from here."""

    name: Name
    phone: Dialled = Field(description="As people dial it there.")
    when: Words | None = Field(None, description="When they answer, in words.")


class SocialWorker(_Shape):
    """Who has case responsibility."""

    id: Id
    name: Name


class Decision(_Shape):
    """One decision of the last review, in the words that the child may read."""

    id: Id
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=_LINES)
    ]


class Review(_Shape):
    """The review itself: its window, its date once there is one, who runs it."""

    id: Id
    kind: ReviewKind
    held_at: Moment | None = Field(
        None, description="When it is or was held. Without an offset: London clock time."
    )
    window_start: Day
    window_end: Day = Field(description="The last day that the law allows.")
    status: ReviewStatus
    place: Words | None = Field(
        None, description="Words for staff only; each recipient's own words are made later."
    )
    meeting_id: Id | None = Field(
        None, description="Brothers and sisters who share a meeting carry the same one."
    )
    iro: Id = Field(description="The reviewing officer's staff id.")
    social_worker: SocialWorker
    last_decisions: tuple[Decision, ...] = Field((), max_length=100)


class Child(_Shape):
    """The child whose review it is."""

    id: Id
    given_name: Name
    family_name: Name
    known_as: Name | None = Field(
        None, description="What the child is called; given_name where it is missing."
    )
    birth_date: Day | None
    birth_year: Year | None = Field(None, description="Where the birthday isn't known.")
    birth_date_assigned: StrictBool = Field(False, description="True where officials gave the birthday.")
    unaccompanied: StrictBool = Field(
        False, description="True for a child who came to the country without family."
    )
    sex: Sex
    legal_status: LegalStatus
    placement: Placement
    out_of_area: StrictBool
    came_into_care: Day | None = None
    language: Language = "en"
    speaks: Words | None = Field(
        None, description="What the child speaks, in words, where it isn't the language read."
    )
    needs_interpreter: StrictBool = False
    format: Format = "standard"
    communication: LongWords | None = Field(None, description="How I say yes and no.")
    no_words: StrictBool = Field(
        False, description="Doesn't use words: carers are also asked what they have seen."
    )
    plan: Words | None = None
    hold: Hold = "none"
    near_advocate: Nearby | None = Field(
        None, description="Out of area: the children's advocates where the child lives."
    )
    near_duty: Nearby | None = Field(
        None, description="Out of area: who keeps children safe where the child lives."
    )
    reach: Reach
    known_fact: KnownFact | None = None


class Person(_Shape):
    """Somebody in this child's case, and what they may know and do in it."""

    id: Id
    name: Name
    called: Name | None = Field(None, description="What the child calls them: Nan.")
    relation: Name | None = Field(None, description="Words that the child reads: Your grandma.")
    role: Role
    parental_responsibility: StrictBool = False
    consulted: StrictBool = Field(description="Whether their views are asked for.")
    consult_authorised_by: Short | None = Field(
        None, description="Whose decision that is: a post, not a name."
    )
    may_attend: StrictBool
    must_attend: StrictBool = False
    no_contact: StrictBool = Field(False, description="True: nothing is ever sent to them about this child.")
    may_know_address: StrictBool
    may_know_school: StrictBool
    may_be_named: StrictBool = Field(description="Whether the child may read their name.")
    hold: Hold = "none"
    reach: Reach = Reach()
    known_fact: KnownFact | None = None
    language: Language = "en"
    format: Format = "standard"
    needs_interpreter: StrictBool = False


class IncomingReview(_Shape):
    """One row: a review, its child, and everybody in the child's case."""

    review: Review
    child: Child
    people: tuple[Person, ...] = Field(max_length=60)


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a row (static/schemas/review-import-1.json), without what must agree."""
    schema = IncomingReview.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


if __name__ == "__main__":
    print(json.dumps(json_schema(), indent=1, ensure_ascii=False))

"""What a booklet is: frozen models of its sections, questions and choices.

A booklet is data. This room knows nothing of pages, texts or tables: each channel has its own table from
question kind to handler. Ids are stored, words never: they go through the catalogues, and only records hold
labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Who = Literal["child", "parent", "carer", "adopter", "observer"]
"""Who fills a booklet in."""

Audience = Literal["iro", "iro_and_social_worker", "review"]
"""Who may see an answer: the IRO alone, the IRO and the social worker, or the people at the review."""

Heading = Literal[
    "background", "care_planning", "placement", "leisure", "health_physical", "health_emotional", "education",
    "contact", "identity", "safeguarding", "childs_view", "legal_rights", "parents_views", "other",
    "disagreements", "recommendations",
]  # fmt: skip
"""The headings of the IRO's review record (Blackpool annual report, Appendix 3)."""

Wish = Literal[
    "attend", "words", "who", "where", "when", "how",
    "about", "not_in_front", "chair", "help", "outcome", "card",
]  # fmt: skip
"""What a choice of the review menu is about; only questions with a wish reach the invite choices."""

Fact = Literal[
    "under_4", "age_4_7", "age_8_11", "age_12_plus", "age_16_plus", "no_words",
    "foster", "connected", "residential", "adoption", "short_breaks", "secure", "unaccompanied",
    "first_review", "has_decisions", "has_people", "has_brothers_or_sisters",
    "out_of_area", "needs_interpreter", "may_not_attend",
]  # fmt: skip
"""What is known of this person and review: all that a question can depend on, beside an earlier answer."""

ID = re.compile(r"^[a-z][a-z0-9_]{1,39}$")
Id = Annotated[str, Field(pattern=ID.pattern)]
Text = Annotated[str, Field(min_length=1, max_length=600)]


class Part(BaseModel):
    """Base of everything in a booklet: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Part):
    """One choice: an id that is stored, words that are shown."""

    id: Id
    text: Text
    easy: Text | None = None
    sms: Text | None = None
    hint: Text | None = None
    picture: Id | None = None
    alone: bool = Field(False, description="Choosing this one unchooses the others: none of these.")


class OnlyIf(Part):
    """Ask only where an earlier question holds one of these choices."""

    question: Id
    holds: tuple[Id, ...] = Field(min_length=1)


class Base(Part):
    """What every question has."""

    id: Id
    kind: str
    text: Text
    short: Annotated[str, Field(min_length=1, max_length=32)] | None = Field(
        None, description="A few words that staff read over an answer: no part of what is asked."
    )
    easy: Text | None = Field(None, description="Easy read wording.")
    sms: Text | None = Field(None, description="Text-message wording.")
    hint: Text | None = None
    why: Text | None = Field(None, description="Why we ask, in one line.")
    picture: Id | None = None
    heading: Heading = "childs_view"
    wish: Wish | None = None
    audience: Audience = "review"
    more: Text | None = Field(None, description="Asks for words beside the choice; left out: no box.")
    more_for: tuple[str, ...] = Field(
        (), description="By text message: ask for the words of `more` apart, after one of these choices."
    )
    private: bool = Field(False, description="Most private: text messages also offer the web or the IRO.")
    may_add: tuple[Literal["drawing", "photo"], ...] = Field((), description="May also be answered by these.")
    communication: bool = Field(
        False, description="How this child says yes, no and the rest: kept at the top of what the IRO reads."
    )
    concern: tuple[str, ...] = Field((), description="Choices that the IRO is asked to look at first.")
    only_for: tuple[Fact, ...] = Field((), description="Ask only where one of these facts holds.")
    not_for: tuple[Fact, ...] = Field((), description="Don't ask where one of these facts holds.")
    only_if: OnlyIf | None = None


class Information(Base):
    """Words to read; nothing to answer."""

    kind: Literal["information"]


class YesNo(Base):
    """Yes, no, or not sure."""

    kind: Literal["yes_no"]


class ChooseOne(Base):
    """One of a few."""

    kind: Literal["choose_one"]
    options: tuple[Option, ...] = Field(min_length=2)


class ChooseMany(Base):
    """As many as you like of a few."""

    kind: Literal["choose_many"]
    options: tuple[Option, ...] = Field(min_length=2)


class Faces(Base):
    """Five drawn faces with words, from really bad to really good; stored as 1 to 5."""

    kind: Literal["faces"]


class Words(Base):
    """Free words, kept as typed."""

    kind: Literal["words"]
    rows: int = Field(4, ge=1, le=12, description="Height of the box in lines.")


class People(Base):
    """Each person known to the review, and anyone the child adds: yes, not sure, no; part of it; a reason."""

    kind: Literal["people"]


class Place(Base):
    """Where, and where not."""

    kind: Literal["place"]
    options: tuple[Option, ...] = Field(min_length=2)


class Times(Base):
    """Days and times that are good or bad; dates inside the review's window are added when it is asked."""

    kind: Literal["times"]
    options: tuple[Option, ...] = Field(min_length=2)


class Grid(Base):
    """The same few choices for each row: the last decisions, the family's people, or the topics given."""

    kind: Literal["grid"]
    rows: Literal["decisions", "family", "topics"]
    row_more: Text | None = Field(None, description="Asks for words beside each row; left out: no box there.")
    named: Id | None = Field(
        None, description="By text message: all rows in one list, and those that are named get this choice."
    )
    topics: tuple[Option, ...] = ()
    options: tuple[Option, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _topics_where_rows_are_topics(self) -> Grid:
        if (self.rows == "topics") != bool(self.topics):
            raise ValueError("topics go with rows: topics, and only there")
        return self


Question = Annotated[
    Information | YesNo | ChooseOne | ChooseMany | Faces | Words | People | Place | Times | Grid,
    Field(discriminator="kind"),
]

FACES: tuple[str, ...] = ("1", "2", "3", "4", "5")
YES_NO: tuple[str, ...] = ("yes", "not_sure", "no")
COMES: tuple[str, ...] = ("yes", "not_sure", "no")
BLANKS: tuple[str, ...] = ("child", "name", "iro", "council")
"""Names that words may leave a blank for: {child} known-as, {name} of who is asked, {iro}, {council}."""


class Section(Part):
    """A few questions about one thing."""

    id: Id
    title: Text
    extra: bool = Field(
        False, description="More, if you want: offered after the core, and not counted in it."
    )
    questions: tuple[Question, ...] = Field(min_length=1)


class Booklet(Part):
    """One booklet: what one person is asked before (or after) one review."""

    id: Id
    title: Text
    who: Who
    record: Literal["views", "invite_choices"]
    asked: Literal["before", "after", "apart"] = Field(
        "before", description="Before the review, after it, or apart from reviews."
    )
    only_for: tuple[Fact, ...] = Field((), description="Given only where one of these facts holds.")
    not_for: tuple[Fact, ...] = Field((), description="Not given where one of these facts holds.")
    summary: Text = Field(description="One line: what this booklet is.")
    sections: tuple[Section, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_and_references_hold(self) -> Booklet:
        if found := [str(fault) for fault in faults(self.questions)]:
            raise PydanticCustomError("references", "{found}", {"found": "; ".join(found)})
        return self

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in order."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """All questions by their ids."""
        return {question.id: question for question in self.questions}

    @cached_property
    def extra_ids(self) -> frozenset[str]:
        """The questions of the extra sections."""
        return frozenset(q.id for section in self.sections if section.extra for q in section.questions)


def choices(question: Base) -> set[str]:
    """The ids that an answer to this question may hold (people and dates aside)."""
    if isinstance(question, YesNo):
        return set(YES_NO)
    if isinstance(question, Faces):
        return set(FACES)
    if isinstance(question, People):
        return set(COMES)
    return {option.id for option in getattr(question, "options", ())}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong between questions that are each right alone."""

    question: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"question {self.question!r}: {self.key}: {self.message}"


def faults(questions: Sequence[Base], elsewhere: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Ids that stand twice and conditions that can't hold.

    `elsewhere` names questions that exist but could not be read: nothing is said about a condition on one.
    """
    seen: dict[str, Base] = {}
    for question in questions:
        if question.id in seen:
            yield Fault(question.id, "id", "stands twice")
        if (when := question.only_if) and when.question not in elsewhere:
            yield from _unmet(question.id, when, seen)
        for group in ("options", "topics"):
            ids = [option.id for option in getattr(question, group, ())]
            for twice in sorted({one for one in ids if ids.count(one) > 1}):
                yield Fault(question.id, group, f"offers {twice!r} twice")
        yield from _unoffered(question)
        if question.more_for and not question.more:
            yield Fault(question.id, "more_for", "asks for the words of `more`, and there are none")
        if (named := getattr(question, "named", None)) and named not in choices(question):
            yield Fault(question.id, "named", f"gives {named!r}, which it does not offer")
        if both := sorted(set(question.only_for) & set(question.not_for)):
            yield Fault(question.id, "not_for", f"{both} also stand under only_for, so it is never asked")
        seen[question.id] = question


def _unoffered(question: Base) -> Iterator[Fault]:
    for key, waited in (("more_for", question.more_for), ("concern", question.concern)):
        if unknown := sorted(set(waited) - choices(question)):
            yield Fault(question.id, key, f"waits for {unknown}, which it does not offer")


def _unmet(question_id: str, when: OnlyIf, seen: dict[str, Base]) -> Iterator[Fault]:
    if when.question not in seen:
        yield Fault(question_id, "only_if", f"waits for {when.question!r}, which is not asked before it")
    elif unknown := sorted(set(when.holds) - choices(seen[when.question])):
        yield Fault(question_id, "only_if", f"waits for {unknown}, which {when.question!r} does not offer")

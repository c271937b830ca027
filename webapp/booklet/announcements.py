"""What else is told to the case system beside records: small events of a review, each with a schema of its own.

None of them carries a word of whoever answered: a worry is a reference to a page that only those may open who deal
with worries. Decisions carry what the reviewing officer wrote.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from webapp.booklet.definition import Audience
from webapp.booklet.records import Record, Respondent, told

STAFF = "staff"


class Announcement(Record):
    """What all of them hold."""

    schema_: str = told("Name and version of this schema.", STAFF, alias="schema")
    kind: str = told("Kind of event.", STAFF)
    id: UUID = told("Of this event; stays the same when it is delivered again.", STAFF)
    review_id: str = told("Of the review in the case system.", STAFF, min_length=1)
    child_id: str = told("Of the child in the case system.", STAFF, min_length=1)


class Withdrawal(Announcement):
    """Somebody takes back what they sent: these records are not to be used any more."""

    schema_: Literal["withdrawal/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="withdrawal/1"
    )
    kind: Literal["withdrawal"] = told("Kind of event.", STAFF, default="withdrawal")
    respondent: Respondent = told("Whose records they are.", STAFF)
    withdraws: list[UUID] = Field(
        min_length=1, description=f"The ids of every record of that booklet. Seen by {STAFF}."
    )
    withdrawn_at: AwareDatetime = told("When they were taken back.", STAFF)


class WorryReference(Announcement):
    """Somebody may not be safe. Only that, and where to look: no words, and not who said it."""

    schema_: Literal["worry/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="worry/1"
    )
    kind: Literal["worry"] = told("Kind of event.", STAFF, default="worry")
    raised_at: AwareDatetime = told("When it was raised.", STAFF)
    page: str = told("Address of the page about it; it asks for a sign-in.", STAFF)


class Participation(Announcement):
    """A suggestion for the participation code of a review that was held. The IRO decides it."""

    schema_: Literal["participation/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="participation/1"
    )
    kind: Literal["participation"] = told("Kind of event.", STAFF, default="participation")
    suggested: Literal["PN6"] = told(
        "PN6: doesn't attend, but conveys feelings to the review by a facilitative medium. It holds only where the "
        "child did not attend.", STAFF,
    )  # fmt: skip
    why: str = told("What the suggestion rests on, in English.", STAFF)
    records: list[UUID] = told("The ids of the child's records before the review.", STAFF)
    sent_at: AwareDatetime = told("When the last of them was sent.", STAFF)
    status: Literal["suggested"] = told("Never more than a suggestion.", STAFF, default="suggested")


class Document(Record):
    """The file that comes with a paper copy."""

    media_type: Literal["application/pdf"] = told("What the file is.", STAFF)
    sha256: str = told("SHA-256 of the file, in hex.", STAFF, pattern="^[0-9a-f]{64}$")
    bytes: int = told("Length of the file.", STAFF, ge=1)


class PaperCopy(Announcement):
    """A record as a PDF, for a place that keeps documents."""

    schema_: Literal["paper-copy/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="paper-copy/1"
    )
    kind: Literal["paper_copy"] = told("Kind of event.", STAFF, default="paper_copy")
    record: UUID = told("The record that it is a copy of.", STAFF)
    made_at: AwareDatetime = told("When that record was sent.", STAFF)
    document: Document = told(
        "The PDF beside it. Delivered again, it may be a different file with the same content.", STAFF
    )


WISH = "whoever may see the wish"
KNOWS = "Since when the child may read it or, without a page of their own, has been told it; null: not yet."


class WishDecision(Record):
    """What the reviewing officer decided about one wish of the child."""

    wish: str = told("Of the wish; stays the same over revisions of the record.", WISH)
    question: str = told("Id of the question that the wish answers.", WISH)
    asked_staff: str = told("The question in English.", WISH)
    chosen: str = told(
        "What was chosen, in English, or the person's name; words that were typed stay in the record.", WISH
    )
    audience: Audience = told("Who may see the wish, and so its decision.", WISH)
    record: UUID = told("The record in which it was asked so.", WISH)
    revision: int = told("The revision of that record.", WISH, ge=1)
    outcome: Literal["agreed", "asked_for", "changed", "not_possible"] = told(
        "agreed; asked_for: somebody else must still confirm it; changed: something else in its place; not_possible.",
        WISH,
    )
    instead: str = told("What was decided in its place; empty where nothing was.", WISH)
    reason_for_child: str = told("The reason, in words for the child.", WISH)
    passed_to: Literal["", "unit", "social_worker"] = told(
        "Who was asked to arrange it; empty: nobody.", WISH
    )
    arranged: Literal["", "done", "cannot"] = told(
        "What whoever was asked to arrange it made of it; empty: nothing yet.", WISH, default=""
    )
    decided_at: AwareDatetime = told("When it was decided.", WISH)
    told_at: AwareDatetime | None = told(KNOWS, WISH)


class TalkDecision(Record):
    """What the reviewing officer decided about a no that a child said in the talk with the social worker."""

    wish: str = told("Of the wish; stays the same over talks.", WISH)
    talk: UUID = told(
        "The talk in which it was said, the latest where in several; it stands in no record.", WISH
    )
    held_on: date = told("The day of that talk.", WISH)
    asked_staff: str = told("What it is about, in English.", WISH)
    person: str = told("Whom the child does not want there: of the person in the case system.", WISH)
    chosen: str = told("The person's name.", WISH)
    audience: Audience = told("Who may see the wish, and so its decision.", WISH)
    outcome: Literal["agreed", "asked_for", "changed", "not_possible"] = told(
        "agreed: they are not invited; asked_for: somebody else must still confirm it; changed: something else in its "
        "place; not_possible: they come.", WISH,
    )  # fmt: skip
    instead: str = told("What was decided in its place; empty where nothing was.", WISH)
    reason_for_child: str = told("The reason, in words for the child.", WISH)
    passed_to: Literal["", "unit", "social_worker"] = told(
        "Who was asked to arrange it; empty: nobody.", WISH
    )
    arranged: Literal["", "done", "cannot"] = told(
        "What whoever was asked to arrange it made of it; empty: nothing yet.", WISH, default=""
    )
    decided_at: AwareDatetime = told("When it was decided.", WISH)
    told_at: AwareDatetime | None = told(KNOWS, WISH)


class MeetingSettled(Record):
    """When and where the review will be."""

    at: AwareDatetime = told("When it begins.", STAFF)
    place: str = told("Where, in words for the child and whoever may know where the child lives.", STAFF)
    place_for_others: str = told(
        "Where, in words for everybody else; empty where nothing was written.", STAFF
    )
    record_due_on: date = told("The day by which the record of the review has to be with everyone.", STAFF)
    told_at: AwareDatetime | None = told(KNOWS, STAFF)


class Decisions(Announcement):
    """Every decision about a child's wishes as they stand; a later event of the review replaces it as a whole.

    A decision holds for the revision that it names. Where a later record asks for something else, it is open again.
    """

    schema_: Literal["decisions/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="decisions/1"
    )
    kind: Literal["decisions"] = told("Kind of event.", STAFF, default="decisions")
    as_of: AwareDatetime = told("When they stood so.", STAFF)
    decided_by: str = told("The reviewing officer, as in the case system.", STAFF)
    decisions: list[WishDecision] = told("Every decision in force about what stands in a record.", STAFF)
    said_in_talks: list[TalkDecision] = told(
        "The same about what the child said only in the talk with the social worker.", STAFF, default=[]
    )
    settled: MeetingSettled | None = told("When and where; null while it is not settled.", STAFF)
    held_back: int = told(
        "How many decisions are not in this copy because fewer people may see their wishes than can read it.", STAFF,
        ge=0,
    )  # fmt: skip


class Invitation(Record):
    """One person who is invited to the review, and what became of it."""

    person: str | None = told("Of the person in the case system; null where the child added them.", STAFF)
    name: str = told("Their name.", STAFF)
    added_by_child: bool = told("The child added them; the social worker has checked, or still does.", STAFF)
    status: Literal[
        "waits_check", "to_invite", "invited", "coming", "part", "sends_views", "not_coming", "withdrawn"
    ] = told(
        "waits_check: for the social worker; to_invite: nothing went out yet; invited: no answer yet; coming; part: "
        "for part of it; sends_views: in writing instead; not_coming; withdrawn: the officer asks them no more.",
        STAFF,
    )
    asked_at: AwareDatetime = told("When the officer said so.", STAFF)
    sent_at: AwareDatetime | None = told("When they were last sent something; null: not yet.", STAFF)
    answered_at: AwareDatetime | None = told("When they answered; null: not yet.", STAFF)


class Invitations(Announcement):
    """Everybody who is invited to a review, as it stands; a later event of the review replaces it as a whole.

    What the child said of each person is not in it, and neither are words that anybody typed to the officer.
    """

    schema_: Literal["invitations/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="invitations/1"
    )
    kind: Literal["invitations"] = told("Kind of event.", STAFF, default="invitations")
    as_of: AwareDatetime = told("When they stood so.", STAFF)
    invitations: list[Invitation] = told("Everybody who was ever invited to this review.", STAFF)


ParticipationCode = Literal["PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7"]


class Attended(Announcement):
    """Who came to a review and how the child took part, as the reviewing officer wrote it down.

    A later event of the same review replaces it.
    """

    schema_: Literal["attendance/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="attendance/1"
    )
    kind: Literal["attendance"] = told("Kind of event.", STAFF, default="attendance")
    attendance: UUID = told("Of what was written down.", STAFF)
    replaces: UUID | None = told("What it replaces; null: nothing was written down before.", STAFF)
    held_on: date = told("The day of the review.", STAFF)
    child_attended: bool = told("The child came.", STAFF)
    participation_code: ParticipationCode = told(
        "How the child took part (SSDA903), chosen by the officer.", STAFF
    )
    suggested: ParticipationCode = told("The code that was suggested beside it.", STAFF)
    attended: list[str] = told("Roles of everybody else who came, each once.", STAFF)
    adjourned: bool = told("It was begun and goes on on another day.", STAFF)
    recorded_at: AwareDatetime = told("When it was written down.", STAFF)
    recorded_by: str = told("The reviewing officer, as in the case system.", STAFF)


class LetterDecision(Record):
    """What the letter says became of one wish of the child."""

    wish: str = told("Of the wish, as in `decisions/1`.", WISH)
    outcome: Literal["agreed", "asked_for", "changed", "not_possible"] = told("As in `decisions/1`.", WISH)
    instead: str = told("What was decided in its place; empty where nothing was.", WISH)
    reason_for_child: str = told("The reason, in words for the child.", WISH)
    audience: Audience = told("Who may see the wish, and so what became of it.", WISH)


class LetterNext(Record):
    """Who does what by when, as the letter tells it."""

    what: str = told("What will be done.", STAFF)
    who: str = told("Who does it; empty where nobody is named.", STAFF)
    by: date | None = told("By which day; null where none is named.", STAFF)


class LetterToChild(Announcement):
    """The reviewing officer's letter to the child after a review, as it was sent.

    Its fixed words, which are the same for every child, are left out. A later version replaces it.
    """

    schema_: Literal["letter/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="letter/1"
    )
    kind: Literal["letter"] = told("Kind of event.", STAFF, default="letter")
    version: int = told("Counts the letters of this review from 1.", STAFF, ge=1)
    sent_at: AwareDatetime = told("Since when the child may read it.", STAFF)
    signed_by: str = told("The reviewing officer, as in the case system.", STAFF)
    held_on: date = told("The day of the review.", STAFF)
    language: str = told("Of its fixed words.", STAFF)
    wording: Literal["standard", "easy"] = told("How simply its fixed words speak.", STAFF)
    opening: str = told("The officer's own first words; empty: the fixed ones.", STAFF)
    good: str = told("Good things that were said.", STAFF)
    decisions: list[LetterDecision] = told("What became of what the child asked for.", STAFF)
    next: list[LetterNext] = told("What happens next.", STAFF)
    words: str = told("More of the officer's own words.", STAFF)
    held_back: int = told(
        "How many decisions are not in this copy because fewer people may see their wishes than can read it.", STAFF,
        ge=0,
    )  # fmt: skip


class RequestMade(Announcement):
    """What somebody asked for at any time, and how far it is; a later event of the same request replaces it. No words.

    Where others than the reviewing officer can read the case system, only what has to be arranged is told there: a
    review sooner, and an advocate.
    """

    schema_: Literal["request/1"] = told(
        "Name and version of this schema.", STAFF, alias="schema", default="request/1"
    )
    kind: Literal["request"] = told("Kind of event.", STAFF, default="request")
    request: UUID = told("Of the request; stays the same over its events.", STAFF)
    respondent: Respondent = told("Who asked.", STAFF)
    asked_for: Literal["contact_iro", "advocate", "sooner", "disagree", "talk"] = told(
        "contact_iro: to hear from the officer; an advocate; sooner: a review sooner; disagree: with what was decided; "
        "talk: to talk about what was decided.", STAFF,
    )  # fmt: skip
    asked_at: AwareDatetime = told("When it was asked.", STAFF)
    as_of: AwareDatetime = told("When it stood so.", STAFF)
    state: Literal["new", "seen", "answered", "closed"] = told(
        "new; seen by the officer; answered in words for whoever asked; closed.", STAFF
    )
    answered_at: AwareDatetime | None = told("When the officer answered; null: not yet.", STAFF)
    closed_at: AwareDatetime | None = told("When the officer closed it; null: not yet.", STAFF)
    arranged_at: AwareDatetime | None = told("When the Review Unit saw to it; null: not yet.", STAFF)


MODELS: dict[str, type[Announcement]] = {
    "withdrawal-1": Withdrawal, "worry-1": WorryReference, "participation-1": Participation, "paper-copy-1": PaperCopy,
    "decisions-1": Decisions, "invitations-1": Invitations,
    "attendance-1": Attended, "letter-1": LetterToChild,
    "request-1": RequestMade,
}  # fmt: skip
"""The models by the name of their published schema."""

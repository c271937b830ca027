"""What we keep. Importing this module registers every table on `Base.metadata`."""

from webapp.store.agenda import Agenda
from webapp.store.asking import Request, Translation
from webapp.store.attachments import Attachment
from webapp.store.audit import Attempt, Audit, Note
from webapp.store.base import Base, new_id
from webapp.store.checking import MailingCheck, PassedWork, PersonCheck, StatutoryTalk
from webapp.store.counting import HeardCount, ReviewCount, YearFigure
from webapp.store.database import Database
from webapp.store.deciding import Decision, Settled
from webapp.store.guests import Guest, GuestNotice
from webapp.store.held import Attendance, Halfway, IroLetter, Outcome
from webapp.store.jobs import Job, JobFile, JobItem
from webapp.store.messages import Announcement, ApiCall, Delivery, Message
from webapp.store.people import Child, ContactChange, Involvement, Person
from webapp.store.prepared import Plain, Prepared, Query, table_of
from webapp.store.responses import (
    AnswerHistory,
    AnswerRow,
    Definition,
    LeftOut,
    Record,
    Response,
    Screening,
)
from webapp.store.reviews import Consultation, LastDecision, Link, PaperBooklet, Review, Visit
from webapp.store.safeguarding import Worry
from webapp.store.sealing import Key, SealBroken, Vault
from webapp.store.staff import (
    Challenge,
    Passkey,
    Staff,
    StaffIdentity,
    StaffSetup,
    StaffVisit,
    StandIn,
)
from webapp.store.talking import Conversation, Inbound, InboundMedia, Phone, Prompt

__all__ = [
    "Agenda", "Announcement", "AnswerHistory", "AnswerRow", "ApiCall", "Attachment", "Attempt",
    "Attendance", "Audit", "Base", "Challenge", "Child", "Consultation", "ContactChange", "Conversation",
    "Database", "Decision", "Definition", "Delivery", "Guest", "GuestNotice", "Halfway", "HeardCount",
    "Inbound", "InboundMedia", "Involvement", "IroLetter", "Job", "JobFile", "JobItem", "Key",
    "LastDecision", "LeftOut", "Link", "MailingCheck", "Message", "Note", "Outcome", "PaperBooklet", "PassedWork",
    "Passkey", "Person", "PersonCheck", "Phone", "Plain", "Prepared", "Prompt", "Query", "Record",
    "Request", "Response", "Review", "ReviewCount", "Screening", "SealBroken", "Settled", "Staff",
    "StaffIdentity", "StaffSetup", "StaffVisit", "StandIn", "StatutoryTalk", "Translation", "Vault",
    "Visit", "Worry", "YearFigure", "new_id", "table_of",
]  # fmt: skip

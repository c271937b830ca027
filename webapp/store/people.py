"""Children, the people in their cases, and each person's place in each child's case."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, External, Hash, Id, Moment, Sealed, new_id


class Child(Base):
    """A child in care, as the case system tells it. What names or reaches the child is sealed with the child's key."""

    __tablename__ = "child"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    external_id: Mapped[External] = mapped_column(unique=True)
    key: Mapped[Sealed]
    given_name: Mapped[Sealed]
    family_name: Mapped[Sealed]
    known_as: Mapped[Sealed]
    birth_date: Mapped[Sealed | None]
    """Sealed ISO date."""
    birth_year: Mapped[int]
    birth_date_assigned: Mapped[bool] = mapped_column(default=False)
    sex: Mapped[Code]
    legal_status: Mapped[Code]
    placement: Mapped[Code]
    out_of_area: Mapped[bool] = mapped_column(default=False)
    unaccompanied: Mapped[bool] = mapped_column(default=False)
    """Came to the country without family, who may be dead: nothing asks for mum or dad unprompted."""
    came_into_care: Mapped[dt.date | None]
    language: Mapped[Code] = mapped_column(default="en")
    speaks: Mapped[Sealed | None]
    needs_interpreter: Mapped[bool] = mapped_column(default=False)
    format: Mapped[Code] = mapped_column(default="standard")
    """standard, easy_read, large_print or audio."""
    communication: Mapped[Sealed | None]
    """How this child says yes and no, in words."""
    no_words: Mapped[bool] = mapped_column(default=False)
    """Doesn't use words: those who know the child also say what they have seen."""
    plan: Mapped[Sealed | None]
    hold: Mapped[Code] = mapped_column(default="none")
    """none, missing, moved, bereaved, died or left_care: anything but none stops every message."""
    reach: Mapped[Sealed | None]
    """Sealed JSON: {way, email, phone, address: [lines]}."""
    known_fact: Mapped[Sealed | None]
    """Sealed JSON: {kind: birthday | postcode | word, value}."""
    phone_hash: Mapped[Hash | None] = mapped_column(index=True)
    near: Mapped[Sealed | None]
    """Sealed JSON {advocate, duty}, each {name, phone, when}: to turn to where the child lives, and so tells where."""


class Person(Base):
    """An adult (or brother or sister) known to one or more cases; never merged by name."""

    __tablename__ = "person"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    external_id: Mapped[External] = mapped_column(unique=True)
    key: Mapped[Sealed]
    name: Mapped[Sealed]
    language: Mapped[Code] = mapped_column(default="en")
    needs_interpreter: Mapped[bool] = mapped_column(default=False)
    format: Mapped[Code] = mapped_column(default="standard")


class Involvement(Base):
    """One person's place in one child's case. What they may know and how to reach them belongs to both together.

    Sealed with the person's key.
    """

    __tablename__ = "involvement"
    __table_args__ = (UniqueConstraint("child_id", "person_id", "role"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"), index=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Code]
    called: Mapped[Sealed | None]
    """What the child calls them: "Nan"."""
    relation: Mapped[Sealed | None]
    """Who they are, in words that the child reads: "Your grandma"."""
    parental_responsibility: Mapped[bool] = mapped_column(default=False)
    consulted: Mapped[bool] = mapped_column(default=False)
    consult_authorised_by: Mapped[Code | None]
    may_attend: Mapped[bool] = mapped_column(default=True)
    must_attend: Mapped[bool] = mapped_column(default=False)
    no_contact: Mapped[bool] = mapped_column(default=False)
    may_know_address: Mapped[bool] = mapped_column(default=False)
    may_know_school: Mapped[bool] = mapped_column(default=False)
    may_be_named: Mapped[bool] = mapped_column(default=True)
    """May be named to the child (an adopted brother may not)."""
    hold: Mapped[Code] = mapped_column(default="none")
    reach: Mapped[Sealed | None]
    known_fact: Mapped[Sealed | None]
    phone_hash: Mapped[Hash | None] = mapped_column(index=True)
    ended_at: Mapped[Moment | None]


class ContactChange(Base):
    """Contact details that staff corrected: who, when, and what stood there before."""

    __tablename__ = "contact_change"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"))
    owner: Mapped[Id] = mapped_column(index=True)
    """The involvement's id, or the child's."""
    at: Mapped[Moment]
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    before: Mapped[Sealed]
    """The reach as it was, sealed with the child's or the person's key for `contact_change.before:ID`."""

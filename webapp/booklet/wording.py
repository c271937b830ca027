"""Which words stand for a question, a choice or a name, in one of the three wordings.

English is in the definitions; a translator function turns each sentence into the reader's language before the
blanks are filled, so that a child's name never reaches a catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from webapp.booklet.definition import Base, Faces, Option, People, YesNo

Wording = Literal["standard", "easy", "sms"]
"""How the words were put: as written, easy read, or short for a text message."""

Translate = Callable[[str], str]
"""English in, the reader's language out."""

BLANK = re.compile(r"\{([a-z]+)\}")


def N_(text: str) -> str:  # noqa: N802 (the name that the extractor looks for)
    """Mark words for the catalogues without translating them yet."""
    return text


def english(text: str) -> str:
    """The translator of staff: the words as they are."""
    return text


YES_NO_WORDS: dict[str, str] = {"yes": N_("Yes"), "not_sure": N_("Not sure"), "no": N_("No")}
FACE_WORDS: dict[str, str] = {
    "1": N_("Really bad"),
    "2": N_("Bad"),
    "3": N_("In the middle"),
    "4": N_("Good"),
    "5": N_("Really good"),
}
RELATIONS = (
    N_("Your mum"), N_("Your dad"), N_("Your brother"), N_("Your sister"), N_("Your grandma"), N_("Your grandad"),
    N_("Your aunt"), N_("Your uncle"), N_("Your friend"), N_("Your foster carer"), N_("The person you stay with"),
    N_("Your key worker"), N_("Your new family"), N_("Your social worker"), N_("Your carer's own social worker"),
    N_("Your teacher"), N_("Your school nurse"), N_("Your nurse"), N_("Your health visitor"), N_("Your advocate"),
    N_("Your independent visitor"), N_("Your interpreter"), N_("Your personal adviser"),
    N_("Your youth justice worker"), N_("Your mum or dad"), N_("Your brother or sister"), N_("Your grandparent"),
    N_("Someone in your family"), N_("Someone you used to live with"), N_("Someone who helps with how you feel"),
    N_("Your guardian from the court"),
)  # fmt: skip
"""What people are to the child: these a child reads in their language, other words as they come."""
_KNOWN = {words.removeprefix("Your ").lower(): words for words in RELATIONS} | {
    "mother": "Your mum", "birth mother": "Your mum", "father": "Your dad",
    "birth father": "Your dad", "grandmother": "Your grandma", "nan": "Your grandma", "gran": "Your grandma",
    "grandfather": "Your grandad", "grandpa": "Your grandad", "mam": "Your mum",
}  # fmt: skip
_OF_ROLES = {
    "parent": "Your mum or dad", "carer_foster": "Your foster carer", "carer_connected": "The person you stay with",
    "carer_residential": "Your key worker", "adopter": "Your new family", "social_worker": "Your social worker",
    "teacher": "Your teacher", "designated_teacher": "Your teacher", "nurse": "Your nurse",
    "supervising_social_worker": "Your carer's own social worker", "sibling": "Your brother or sister",
    "grandparent": "Your grandparent", "relative": "Someone in your family", "advocate": "Your advocate",
    "independent_visitor": "Your independent visitor", "personal_adviser": "Your personal adviser",
    "health_visitor": "Your health visitor", "school_nurse": "Your school nurse",
    "camhs": "Someone who helps with how you feel", "previous_carer": "Someone you used to live with",
    "youth_offending_worker": "Your youth justice worker", "childrens_guardian": "Your guardian from the court",
    "interpreter": "Your interpreter", "friend": "Your friend",
}  # fmt: skip
SIDE_WORDS: dict[str, str] = {
    "where": N_("Good places"),
    "not_where": N_("It should not be here"),
    "good": N_("Good times"),
    "bad": N_("Bad times"),
}
"""The two sides of a place and of a time."""


def related(relation: str, role: str) -> str:
    """What somebody is to the child: one of `RELATIONS`, or as staff typed it.

    Where nobody typed anything, their role says it; empty where that says nothing either.
    """
    plain = relation.strip().rstrip(".").lower().removeprefix("your ").replace("\u2019", "'")
    return _KNOWN.get(plain, relation) if plain else _OF_ROLES.get(role, "")


def worded(part: Base | Option, wording: Wording = "standard") -> str:
    """The English words of a question or a choice; where a wording is missing, the words as written."""
    return (part.easy if wording == "easy" else part.sms if wording == "sms" else None) or part.text


def labels(question: Base, wording: Wording = "standard") -> dict[str, str]:
    """The choices of a question as id and English words, in the order in which they are offered."""
    if isinstance(question, (YesNo, People)):
        return dict(YES_NO_WORDS)
    if isinstance(question, Faces):
        return dict(FACE_WORDS)
    return {option.id: worded(option, wording) for option in getattr(question, "options", ())}


def fill(text: str, names: Mapping[str, str]) -> str:
    """Put names into the blanks in one pass, so that a name that looks like a blank stays as it is.

    Raises KeyError where a name is missing: better no page than one that says "{child}".
    """
    return BLANK.sub(lambda blank: names[blank[1]], text) if "{" in text else text


def brief(question: Base | None, asked: str) -> str:
    """What staff call a question that was asked in these English words, blanks filled.

    Empty where it has no short name, or was asked in other words than the definition has now.
    """
    if question is None or not question.short:
        return ""
    pattern = "[^?]*".join(re.escape(part) for part in BLANK.split(question.text)[::2])
    return question.short if re.fullmatch(pattern, asked, re.DOTALL) else ""


def blanks(text: str) -> set[str]:
    """The names that these words leave a blank for."""
    return set(BLANK.findall(text))

"""The record of the review menu: `invite-choices/1`.

A wish is not a decision: everything here was asked for, and what was decided is kept elsewhere. A child's
"no" to a person stops every automatic invitation, and is not told to the person it is about.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Literal

from webapp.booklet import announcements
from webapp.booklet.definition import Audience
from webapp.booklet.records import NAMED, Choice, Record, Views, ViewsRecord, told
from webapp.booklet.reference import mark, reference

URN = "urn:my-review-my-choice:schema:"
ADDED_LATER = dict.fromkeys(("held_back", "arranged", "said_in_talks"), "23 November 2026")
"""Fields that a record made before that day doesn't have: it is still right by the schema of today."""


class Wished(Record):
    """What every wish has."""

    question: str = told("Id of the question that it answers.")
    asked_staff: str = told("The question in English.")
    audience: Audience = told("Who may see the wish.")
    state: Literal["asked"] = told("A wish: nothing is decided yet.", default="asked")


class Wish(Wished):
    """Something wished for."""

    choices: list[Choice] = told("What was chosen.", NAMED)
    words: str = told("Words as they were typed, whole.", NAMED)


class TopicWish(Wished):
    """Something that the child does not want said in front of everyone, or in front of somebody."""

    topic: str = told("Id of the topic; empty where the child only wrote words.", NAMED)
    topic_label: str = told("The topic in English.", NAMED)
    choices: list[Choice] = told("How it may be talked about.", NAMED)
    words: str = told("In front of whom, as the child typed it.", NAMED)


class TimesWish(Wished):
    """Days and times that suit, and those that don't."""

    good: list[Choice] = told("Good days and times.", NAMED)
    bad: list[Choice] = told("Bad days and times.", NAMED)
    words: str = told("Words as they were typed, whole.", NAMED)


class PersonWish(Wished):
    """One person, and whether the child wants them there."""

    person: str | None = told("Of the person in the case system; null where the child added them.", NAMED)
    name: str = told("As the child knows them, or as the child typed it.", NAMED)
    role: str = told("Role in the child's case; empty where the child added them.", NAMED)
    relation: str = told("Who they are to the child.", NAMED)
    come: Literal["yes", "not_sure", "no"] | None = told(
        "The child's wish; null where the child left it open.", NAMED
    )
    part_only: bool = told("To come to a part of the review.", NAMED)
    which_part: str = told("Which part, as the child typed it.", NAMED)
    reason: str = told("Why, as the child typed it: private.", "the IRO alone")
    reason_audience: Literal["iro"] = told("Who may see the reason, whatever the audience.", default="iro")
    must_come: bool = told("The person has to be there as a rule; the child was told why.", NAMED)
    added_by_child: bool = told("Never contacted before the social worker has checked.", NAMED)


class Wishes(Record):
    """The review menu. A list is empty where nothing was asked for."""

    attend: list[Wish] = told("Whether the child wants to be there, and for which part.")
    words: list[Wish] = told("How the child's words get in.")
    people: list[PersonWish] = told("Who the child wants there.")
    people_words: list[Wish] = told("What the child wrote about who comes, beside the people.")
    where: list[Wish] = told("Where the child wants it.")
    not_where: list[Wish] = told("Where it must not be.")
    when: list[TimesWish] = told("When it suits.")
    how: list[Wish] = told("How it is held.")
    about: list[Wish] = told("What is talked about.")
    not_in_front: list[TopicWish] = told("What must not be said in front of whom.")
    chair: list[Wish] = told("Who runs it.")
    help: list[Wish] = told("Who or what helps the child.")
    outcome: list[Wish] = told("How the child hears what was decided.")
    card: list[Wish] = told("The child's invitation card.")


class InviteChoicesRecord(Views):
    """The review menu as the child filled it in: the views, and the wishes drawn from them."""

    schema_: Literal["invite-choices/1"] = told(
        "Name and version of this schema.", alias="schema", default="invite-choices/1"
    )
    kind: Literal["invite_choices"] = told("Kind of record.", default="invite_choices")
    wishes: Wishes = told("What the child asked for; each wish also stands as an answer under its heading.")


def schemas() -> dict[str, dict[str, Any]]:
    """The published JSON Schemas by file name without ending; static/schemas/ holds them."""
    models: dict[str, type[Record]] = {
        "views-1": ViewsRecord, "invite-choices-1": InviteChoicesRecord, **announcements.MODELS,
    }  # fmt: skip
    return {name: _schema(name, model) for name, model in models.items()}


def _schema(name: str, model: type[Record]) -> dict[str, Any]:
    found = model.model_json_schema(mode="serialization", by_alias=True)
    for part in (found, *found.get("$defs", {}).values()):
        part["required"] = [field for field in part.get("required", ()) if field not in ADDED_LATER]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": URN + name, **mark(found)}


def publish(folder: Path, page: Path) -> None:
    """Write the published schemas, and the page about their fields, anew."""
    page.write_text(reference(schemas(), ADDED_LATER), "utf-8")
    for name, schema in schemas().items():
        (folder / f"{name}.json").write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    publish(Path(sys.argv[1]), Path(sys.argv[2]))

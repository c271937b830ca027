"""The wishes of the review menu, drawn from the answers as they stand in the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.booklet.answers import Context, Person
from webapp.booklet.definition import Base, Grid, People, Place, Times
from webapp.booklet.records import Item, Row
from webapp.booklet.wishes import PersonWish, TimesWish, TopicWish, Wish, Wishes

Found = dict[str, list[Any]]


def wishes(
    asked: Iterable[Base], items: Mapping[str, Item], context: Context, person_ids: Mapping[str, str]
) -> Wishes:
    """The wishes in these answers; a question that was skipped asks for nothing."""
    found: Found = {name: [] for name in Wishes.model_fields}
    people = {person_ids.get(person.ref, person.ref): person for person in context.people}
    for question in asked:
        item = items.get(question.id)
        if (
            item is None
            or not question.wish
            or not (item.answer.choices or item.answer.rows or item.answer.words)
        ):
            continue
        if isinstance(question, People):
            _people(item, people, found)
        elif isinstance(question, Place):
            _place(item, found)
        elif isinstance(question, Times):
            _times(item, found)
        elif question.wish == "not_in_front":
            _topics(item, found)
        else:
            _plain(question, item, found)
    return Wishes(**found)


def _same(item: Item) -> dict[str, Any]:
    return {"question": item.question, "asked_staff": item.asked_staff, "audience": item.audience}


def _plain(question: Base, item: Item, found: Found) -> None:
    """A choice or words; of a grid, a wish for each row, so that what was asked stays beside its answer."""
    wanted = found[str(question.wish)]
    if isinstance(question, Grid):
        for row in item.answer.rows:
            told = {**_same(item), "asked_staff": f"{item.asked_staff} {row.label_staff}"}
            wanted.append(Wish(**told, choices=row.choices, words=row.words))
    if not isinstance(question, Grid) or item.answer.words:
        wanted.append(Wish(**_same(item), choices=item.answer.choices, words=item.answer.words))


def _people(item: Item, people: Mapping[str, Person], found: Found) -> None:
    for row in item.answer.rows:
        person = None if row.added else people.get(row.id)
        found["people"].append(
            PersonWish(
                **_same(item),
                person=None if row.added else row.id,
                name=row.label,
                role=person.role if person else "",
                relation=row.relation,
                come=_come(row),
                part_only=row.part_only,
                which_part=row.which_part,
                reason=row.reason,
                must_come=bool(person and person.must_come),
                added_by_child=row.added,
            )
        )
    if item.answer.words:
        found["people_words"].append(Wish(**_same(item), choices=[], words=item.answer.words))


def _come(row: Row) -> Any:
    return row.choices[0].id if row.choices else None


def _place(item: Item, found: Found) -> None:
    """Where and where not; the words beside the question say where, each side has its own."""
    rows = {row.id: row for row in item.answer.rows}
    where = rows["where"].choices if "where" in rows else []
    if where or item.answer.words:
        found["where"].append(Wish(**_same(item), choices=where, words=item.answer.words))
    if against := rows.get("not_where"):
        found["not_where"].append(Wish(**_same(item), choices=against.choices, words=against.words))


def _times(item: Item, found: Found) -> None:
    rows = {row.id: row.choices for row in item.answer.rows}
    good, bad = rows.get("good", []), rows.get("bad", [])
    found["when"].append(TimesWish(**_same(item), good=good, bad=bad, words=item.answer.words))


def _topics(item: Item, found: Found) -> None:
    """One wish for each topic, however it was asked; words that belong to no topic stand alone."""
    wanted = found["not_in_front"]
    for row in item.answer.rows:
        topic = {"topic": row.id, "topic_label": row.label_staff}
        wanted.append(TopicWish(**_same(item), **topic, choices=row.choices, words=row.words))
    if item.answer.choices or item.answer.words:
        topic = {"topic": "", "topic_label": ""}
        wanted.append(TopicWish(**_same(item), **topic, choices=item.answer.choices, words=item.answer.words))

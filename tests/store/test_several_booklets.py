"""Migration 0002 there and back: nobody's secret, answers or way in get lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from webapp.store import Database
from webapp.store.migrations import differences, downgrade, upgrade

MOMENT = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
DAY = dt.date(2027, 2, 1)
REVIEW, CHILD, ASKED, RESPONSE, WORRY = (letter * 32 for letter in "acdef")
CHILDS = {
    "external_id": "C-1", "key": b"k", "given_name": b"g", "family_name": b"f", "known_as": b"n", "birth_year": 2014,
    "birth_date_assigned": False, "sex": "female", "legal_status": "care_order", "placement": "foster",
    "out_of_area": False, "unaccompanied": False, "language": "en", "needs_interpreter": False, "format": "standard",
    "hold": "none",
}  # fmt: skip
ROWS: list[tuple[str, dict[str, Any]]] = [
    ("child", {"id": CHILD, **CHILDS}),
    ("review", {"id": REVIEW, "external_id": "R-1", "child_id": CHILD, "kind": "later", "status": "planned",
                "window_start": DAY, "window_end": DAY, "iro_external_id": "S-1", "sequence": 0}),
    ("definition", {"fingerprint": "0" * 64, "booklet_id": "menu", "body": "{}", "kept_at": MOMENT}),
    ("consultation", {"id": ASKED, "review_id": REVIEW, "child_id": CHILD, "respondent": CHILD, "booklet_id": "menu",
                      "who": "child", "facts": "", "language": "en", "due_on": DAY, "closes_on": DAY,
                      "state": "asked", "reminders": 0}),
    ("response", {"id": RESPONSE, "consultation_id": ASKED, "key": b"r", "definition": "0" * 64,
                  "secret_kind": "pin", "secret_hash": "kept", "started_at": MOMENT, "version": 3, "sent_version": 0,
                  "revision": 0}),
    ("link", {"id": "1" * 32, "consultation_id": ASKED, "token_hash": "t", "code_hash": "c", "made_at": MOMENT,
              "expires_at": MOMENT}),
    ("worry", {"id": WORRY, "child_id": CHILD, "consultation_id": ASKED, "source": "button", "raised_by": "child",
               "recognised": True, "question_id": "attend", "raised_at": MOMENT}),
]  # fmt: skip


def put(url: str, rows: list[tuple[str, dict[str, Any]]]) -> None:
    """Write rows into the tables as they stand in the database."""
    db, kept = Database(url), sa.MetaData()
    with db.engine.begin() as connection:
        for table, values in rows:
            found = sa.Table(table, kept, autoload_with=connection)
            connection.execute(found.insert().values(**values))
    db.close()


def read(url: str, table: str) -> list[dict[str, Any]]:
    """Every row of a table as it stands in the database."""
    db = Database(url)
    with db.engine.begin() as connection:
        found = sa.Table(table, sa.MetaData(), autoload_with=connection)
        rows = [dict(row._mapping) for row in connection.execute(sa.select(found).order_by(found.c.id))]
    db.close()
    return rows


def test_a_secret_moves_to_who_is_asked_and_back_again(empty_database_url: str) -> None:
    url = empty_database_url
    upgrade(url, "0001")
    put(url, ROWS)
    upgrade(url)
    assert differences(url) == []
    (asked,), (response,), (worry,) = read(url, "consultation"), read(url, "response"), read(url, "worry")
    assert (asked["booklets"], asked["stage"]) == ("menu", "before")
    assert (asked["secret_kind"], asked["secret_hash"], asked["secret_of"]) == ("pin", "kept", RESPONSE)
    assert (response["booklet_id"], response["version"]) == ("menu", 3)
    assert worry["booklet_id"] == "menu"
    downgrade(url, "0001")
    (asked,), (response,) = read(url, "consultation"), read(url, "response")
    assert asked["booklet_id"] == "menu"
    assert (response["secret_kind"], response["secret_hash"], response["version"]) == ("pin", "kept", 3)


def test_two_booklets_of_one_person_survive_the_way_back_and_forth(empty_database_url: str) -> None:
    url, second = empty_database_url, "2" * 32
    upgrade(url, "0001")
    put(url, ROWS)
    upgrade(url)
    other = {"id": second, "consultation_id": ASKED, "booklet_id": "life", "key": b"s", "definition": "0" * 64,
             "started_at": MOMENT, "version": 5, "sent_version": 0, "revision": 0}  # fmt: skip
    put(url, [("response", other)])
    downgrade(url, "0001")
    assert sorted(row["booklet_id"] for row in read(url, "consultation")) == ["life", "menu"]
    kept = {row["id"]: row for row in read(url, "response")}
    assert kept[second]["version"] == 5
    assert kept[second]["secret_kind"] is None
    assert kept[second]["secret_reset_at"], "only a link that is made from now on opens it"
    upgrade(url)
    (asked,) = read(url, "consultation")
    assert (asked["id"], asked["booklets"], asked["secret_of"]) == (ASKED, "menu life", RESPONSE)
    assert {row["booklet_id"]: row["consultation_id"] for row in read(url, "response")} == {
        "menu": ASKED, "life": ASKED,
    }  # fmt: skip
    assert read(url, "link")[0]["consultation_id"] == ASKED

"""Nothing that was said, and nobody's name, stands in clear in the database's own bytes (P2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select, text

from tests.fixtures.cases import Case
from tests.fixtures.databases import ON_POSTGRESQL
from tests.fixtures.houses import a_key
from tests.web import people
from tests.web.inside import everything, post, said, sent
from tests.web.pages import Pages
from webapp.booklet.loader import dump
from webapp.house import House
from webapp.store import Base, Child
from webapp.store.sealing import SealBroken, Vault

SAID = "canarysaid"
IN_CLEAR = (SAID, "Maya", "Okafor", "Gull Lane", "SX1 1AA", "Grace", "grace@example.org", "07700 900123", "Carter",
            "Swimming on Tuesdays", "At home", "harbour", "SX2 3BB", "04-05", "2016-05-04")  # fmt: skip


def fill(pages: Pages, house: House, case: Case) -> None:
    """Everything a child can say, sent, with a call for help."""
    people.child_comes_in(pages, case.child)
    for question in house.booklets["my_review_my_choice"].questions:
        page = pages.get(f"/b/my_review_my_choice/q/{question.id}")
        if question.kind == "information" or not page.url.startswith("/b/my_review_my_choice/q/"):
            continue
        form = page.root.first("form", id="f")
        typed: dict[str, Any] = {e.attrs["name"]: f"{SAID} {question.id}" for e in form.all("textarea")}
        typed |= {e.attrs["name"]: SAID for e in form.all("input") if e.attrs.get("type", "text") == "text"}
        pages.press(page, "Save and go on", **typed)
    post(pages, "/b/my_review_my_choice/send")
    pages.press(pages.get("/b/my_review_my_choice/q/anything"), "I’m not safe", words=f"{SAID} in danger")
    assert SAID in said(house, case.child)["anything"].answer.words
    assert SAID in repr(sent(house, case.child))


def test_no_word_name_or_address_is_in_any_column(pages: Pages, house: House, case: Case) -> None:
    fill(pages, house, case)
    for table, rows in everything(house).items():
        for value in (value for row in rows for value in row):
            held = value if isinstance(value, bytes) else str(value).encode()
            for word in (*IN_CLEAR, case.child.token, case.child.code):
                # a booklet's own words, and staff's names, are not about the child
                if table not in ("definition", "staff"):
                    assert word.encode() not in held, (table, word)


@pytest.mark.skipif(ON_POSTGRESQL, reason="the embedded database's files are ours to read")
def test_no_word_name_or_address_is_in_the_bytes_of_the_database_s_files(
    pages: Pages, house: House, case: Case, tmp_path: Path
) -> None:
    fill(pages, house, case)
    name = Path(str(make_url(house.db.url).database))
    files = [file for file in name.parent.iterdir() if file.name.startswith(name.name)]
    assert any(file.name.endswith("-wal") for file in files)
    held = b"".join(file.read_bytes() for file in files)
    assert b"my_review_my_choice" in held
    asked = "".join(dump(booklet) for booklet in house.booklets.values())
    for word in (*IN_CLEAR, case.child.token, case.child.code):
        # a booklet's own words are kept as they are; that none is the child's is seen column by column
        assert word in asked or word.encode() not in held, word


def test_another_key_opens_nothing(pages: Pages, house: House, case: Case) -> None:
    fill(pages, house, case)
    stranger = Vault.from_base64(a_key(), a_key())
    with house.db.reading() as s:
        child = s.get_one(Child, case.child_id)
    with pytest.raises(SealBroken):
        stranger.key(child.key, f"child:{child.id}")


def test_every_sealed_column_refuses_the_value_of_another_row(pages: Pages, house: House, case: Case) -> None:
    fill(pages, house, case)
    with house.db.reading() as s:
        child = s.get_one(Child, case.child_id)
        key = house.vault.key(child.key, f"child:{child.id}")
        assert key.open(child.given_name, f"child.given_name:{child.id}") == "Maya"
        for moved in (
            f"child.family_name:{child.id}",
            f"child.given_name:{'0' * 32}",
            f"person.name:{child.id}",
        ):
            with pytest.raises(SealBroken):
                key.open(child.given_name, moved)


def test_the_tables_that_were_looked_through_are_all_there_are(house: House, case: Case) -> None:
    with house.db.reading() as s:
        assert s.execute(select(text("1"))).scalar() == 1
    assert set(everything(house)) == set(Base.metadata.tables)

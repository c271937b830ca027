"""The permission matrix is what the doors do: every page is walked as every role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing import Rule

from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import make_worker, sign_in
from tests.web.pages import Pages
from webapp.house import House
from webapp.store import Staff
from webapp.web import rights

ID = "0" * 32
IN = "let in"


def rules(app: Flask, access: str) -> Iterator[tuple[Rule, str]]:
    """Every route with this kind of door, with an address for it."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "access", "") == access:
            yield rule, adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, ID))


def name_of(rule: Rule) -> str:
    return str(rule.endpoint).rpartition(".")[2]


@pytest.fixture
def walkers(app: Flask, house: House, clock: SettableClock) -> dict[str, FlaskClient]:
    """A browser for each role, signed in; then every view is a stand-in that says only that somebody came in."""
    found = {"nobody": app.test_client()}
    for role in rights.ROLES:
        pages, worker = Pages(app), make_worker(house, f"the-{role.replace('_', '-')}", "unit")
        sign_in(pages, worker, clock)
        with house.db.writing() as s:
            s.execute(update(Staff).where(Staff.id == worker.id).values(roles=role))
        found[role] = pages.client
    app.config["WTF_CSRF_ENABLED"] = False
    return found


def stand_in(app: Flask) -> None:
    for endpoint, view in list(app.view_functions.items()):

        def came(view: Any = view, **_: Any) -> str:
            return IN

        came.access, came.roles = getattr(view, "access", ""), getattr(view, "roles", frozenset())  # type: ignore[attr-defined]
        app.view_functions[endpoint] = came


def test_every_page_of_the_staffs_stands_in_the_matrix_once_and_every_line_has_its_pages(app: Flask) -> None:
    doors = {name_of(rule) for rule, _ in rules(app, "staff")}
    told = [page for right in rights.MATRIX for page in right.pages]
    assert doors - set(told) == set(), "add each to webapp/web/rights.py"
    assert set(told) - doors == set(), "no such page any more"
    assert len(told) == len(set(told))


def test_each_role_comes_through_the_doors_that_the_matrix_gives_it_and_no_other(
    app: Flask, walkers: dict[str, FlaskClient]
) -> None:
    stand_in(app)
    wrong = []
    for rule, address in rules(app, "staff"):
        right = rights.of_page(name_of(rule))
        for method in (rule.methods or set()) & {"GET", "POST"}:
            for role, client in walkers.items():
                answer = client.open(address, method=method, base_url="http://localhost")
                came_in = answer.text == IN
                meant = right is not None and role in right.roles
                if came_in != meant or (not meant and answer.status_code not in (303, 404)):
                    wrong.append((rule.endpoint, method, role, answer.status_code))
    assert wrong == []


def test_a_sign_in_of_staff_opens_no_more_of_a_persons_booklet_than_nobodys(
    app: Flask, walkers: dict[str, FlaskClient]
) -> None:
    for rule, address in rules(app, "visit"):
        for method in (rule.methods or set()) & {"GET", "POST"}:
            seen = {
                (answer.status_code, answer.headers.get("Location"))
                for client in walkers.values()
                for answer in [client.open(address, method=method, base_url="http://localhost")]
            }
            assert len(seen) == 1, (rule.endpoint, method, seen)


def test_what_the_table_does_not_give_it_refuses() -> None:
    assert rights.may("iro", "record", "every answer", "look")
    for role in ("unit", "social_worker", "duty", "manager", "administrator"):
        assert not rights.may(role, "record", "every answer", "look")
    assert not rights.may("unit", "worry", "words", "look")
    assert not rights.may("administrator", "person", "contact details", "look")

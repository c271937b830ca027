"""A whole visit at the loudest log level, with every kind of failure, leaves no word and no secret in the logs (P1)."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from config import Settings
from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.messaging.doubles import KeepingMessenger
from tests.web import people
from tests.web.inside import MENU, answer, post, token
from tests.web.pages import Pages
from webapp import create_app, logs
from webapp.house import House
from webapp.services import answering, submitting, worries
from webapp.services.sending import send_due
from webapp.store.sealing import SealBroken

SAID = "canarysaid"
PIN = "48216"
CASE_WORDS = ("Maya", "Okafor", "Gull Lane", "SX1 1AA", "grace@example.org", "07700", "harbour", "Swimming")


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Every log of the process at debug level, as it is written in real use."""
    root, hooks, given = logging.getLogger(), (sys.excepthook, threading.excepthook), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.setup("debug", stream, hooks=False)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    structlog.configure(**given)


@pytest.fixture
def loud(out: io.StringIO, settings: Settings, clock: SettableClock) -> Iterator[Flask]:
    """The application, made after the logs were turned up: the database library looks at the level then."""
    made = create_app(settings.model_copy(update={"log_level": "debug"}), clock)
    yield made
    made.extensions["house"].db.close()


def fail_in_every_way(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors that quote what was typed, from our own services and from the database."""
    errors = [
        RuntimeError(f"{SAID} in our error"),
        OperationalError(
            "insert into answer values (?)", {"words": f"{SAID} in a statement"}, Exception(SAID)
        ),
        SealBroken(f"{SAID} in a seal"),
        UnicodeEncodeError("utf-8", SAID, 0, 1, SAID),
    ]
    for error in errors:

        def fails(*_: Any, raised: Exception = error, **__: Any) -> None:
            words = f"{SAID} in a local variable"
            raise raised from ValueError(words)

        for place, name, address in (
            (answering, "record", f"{MENU}/q/anything"), (worries, "raise_worry", "/not-safe?at=anything"),
            (submitting, "send", f"{MENU}/send"),
        ):  # fmt: skip
            form = {"csrf_token": token(pages), "words": f"{SAID} typed"}
            with monkeypatch.context() as patch:
                patch.setattr(place, name, fails)
                assert pages.post(address, form, may_fail=True).status in (500, 503)


def visit(pages: Pages, house: House, case: Case) -> list[str]:
    """In by code and by link with wrong tries, answers, a call for help, sending, leaving; gives what is secret."""
    wrong_code = "BBBBB22222"
    pages.press(pages.get("/code"), "Go on", code=wrong_code)
    page = pages.press(pages.get("/code"), "Go on", code=case.child.code)
    people.say_birthday(pages, page, 7, 11)
    page = pages.press(people.say_birthday(pages, pages.get("/know")), "OK, go on")
    pages.press(pages.get("/secret?kind=pin"), "Use this number", pin=PIN)
    for question in ("anything", "attend", "who", "where"):
        form = pages.get(f"/b/my_review_my_choice/q/{question}").root.first("form", id="f")
        typed: dict[str, Any] = {e.attrs["name"]: f"{SAID} <{question}>" for e in form.all("textarea")}
        answer(pages, question, **typed)
    pages.press(pages.get("/b/my_review_my_choice/q/anything"), "I’m not safe", words=f"{SAID} in danger")
    post(pages, "/not-safe/words", {"words": f"{SAID} more"})
    post(pages, "/b/my_review_my_choice/q/anything", {"words": f"{SAID} " * 1000})
    post(pages, "/b/my_review_my_choice/q/anything", {"words": f"{SAID}" * 10_000})
    pages.client.get(f"/b/my_review_my_choice/q/anything?words={SAID}&token={case.child.token}")
    pages.client.get(f"/nothing/{SAID}")
    post(pages, "/b/my_review_my_choice/send")
    with pages.client.session_transaction() as session:
        secrets = [session["v"], session["csrf_token"]]
    return [wrong_code, case.child.code, case.child.token, *secrets]


def test_no_word_name_number_link_code_or_secret_is_in_any_log(
    loud: Flask, out: io.StringIO, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    house: House = loud.extensions["house"]
    pages = Pages(loud)
    secrets = visit(pages, house, case)
    fail_in_every_way(pages, monkeypatch)
    email = KeepingMessenger()
    send_due(
        house.db, house.vault, house.authority, house.settings, house.booklets, {"email": email, "letter": email},
        house.clock,
    )  # fmt: skip
    pages.get("/exit", follow=False)
    text = out.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert email.taken
    for secret in (SAID, PIN, *secrets, *CASE_WORDS, *(one.body for one in email.taken if one.body)):
        assert secret.lower() not in text.lower(), secret
    assert len([line for line in lines if line["event"] == "page_failed"]) >= 9
    assert len([line for line in lines if line["event"] == "database_failed"]) >= 3


def test_a_failure_is_told_by_its_type_and_places(
    loud: Flask, out: io.StringIO, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Pages(loud)
    visit(pages, loud.extensions["house"], case)
    fail_in_every_way(pages, monkeypatch)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    failed = [line for line in found if line["event"] == "page_failed"]
    assert {line["code"] for line in failed} == {"respond.question", "public.not_safe", "respond.send"}
    assert {"RuntimeError", "SealBroken", "UnicodeEncodeError"} <= {line["error"] for line in failed}
    assert any("booklet.py" in place for place in failed[0]["places"])


def test_no_page_of_a_failure_says_what_failed(
    loud: Flask, out: io.StringIO, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Pages(loud)
    people.child_comes_in(pages, case.child)
    good = token(pages)

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"{SAID} at /usr/lib/somewhere")

    monkeypatch.setattr(answering, "record", fails)
    page = pages.post(
        "/b/my_review_my_choice/q/anything", {"csrf_token": good, "words": "typed"}, may_fail=True
    )
    assert page.status == 500
    for word in (SAID, "RuntimeError", "Traceback", ".py", "sqlalchemy", "Werkzeug"):
        assert word.lower() not in page.body.lower()
    assert "Server" not in page.headers

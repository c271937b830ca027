"""Fills an empty database with the made-up authority, and writes who to be into the instance folder's demo.json."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event

from webapp.clock import today
from webapp.demo.chosen import CHOSEN, FIRST_IRO, OFFERS, SECOND_IRO, Offer
from webapp.demo.circle import show_the_circle
from webapp.demo.history import make_history
from webapp.demo.people import SEED, iros, make_rows, social_workers
from webapp.demo.playing import Asked, choose, everyone_asked, known, play
from webapp.demo.together import work_together
from webapp.house import House
from webapp.i18n import gettext as _
from webapp.review.timetable import end_of_day
from webapp.services import access, auditing, keys
from webapp.services.inviting_changes import last_day
from webapp.services.loading import load_reviews
from webapp.services.sending import SendReport, send_due
from webapp.services.staff import add_staff
from webapp.store import Database

OFFER_FILE = "demo.json"
ROWS_FILE = "demo-reviews.jsonl"
Say = Callable[[str], None]
Make = Callable[[dt.date], Iterator[dict[str, Any]]]
OTHER_STAFF = (
    ("duty", "Comfort Mensah", "duty", "S-301"),
    ("unit", "Trevor Platt", "unit", "S-302"),
    ("manager", "Yvonne Castle", "manager", "S-303"),
    ("admin", "Ada Lund", "administrator", "S-304"),
)


class DemoOnlyError(Exception):
    """Made-up people go nowhere but into demo mode with a made-up authority."""


def load_demo(house: House, say: Say, make: Make = make_rows) -> None:
    """Load the made-up authority, ask who is due, let some answer; demo.json comes last and says that all is there.

    `say` gets a line of progress at a time. Raises DemoOnlyError outside demo mode, where nothing was touched.
    """
    if not (house.settings.demo and house.authority.made_up):
        raise DemoOnlyError
    folder = house.settings.instance
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _in_a_hurry(house) as hurried:
        with hurried.db.writing() as session:
            keys.remember(session, house.vault, house.clock())
        staff = _staff(hurried)
        _rows(hurried, folder / ROWS_FILE, make, say)
        _send(hurried, say)
        offers = _answer_and_offer(hurried, say)
        say(_("%(count)s reviews of the past are counted.", count=make_history(hurried, SEED)))
        show_the_circle(hurried, FIRST_IRO)
    _write(folder / OFFER_FILE, [*offers, *staff])


@contextmanager
def _in_a_hurry(house: House) -> Iterator[House]:
    """The same house without waiting for the disk at every commit: a load that a power cut stops is made anew."""
    quick = Database(house.settings.database_url)
    if quick.sqlite:
        event.listen(quick.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=NORMAL"))
    try:
        yield replace(house, db=quick)
    finally:
        quick.close()


def _send(house: House, say: Say) -> None:
    said = 0

    def progress(so_far: SendReport) -> None:
        nonlocal said
        count = sum(so_far.sent.values())
        if count >= said + 100:
            said = count
            say(_("  %(count)s invitations", count=count))

    report = send_due(
        house.db,
        house.vault,
        house.authority,
        house.settings,
        house.booklets,
        house.messengers,
        house.clock,
        progress,
    )
    say(_("%(count)s people were asked.", count=sum(report.sent.values())))


def _rows(house: House, path: Path, make: Make, say: Say) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in make(today(house.clock)):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def progress(done: int) -> None:
        if done % 400 == 0:
            say(_("  %(count)s reviews", count=done))

    report = load_reviews(house.db, house.vault, path, progress=progress, clock=house.clock)
    if report.refused:
        raise AssertionError(f"the made-up authority is refused: {report.refused[0]}")
    say(_("%(count)s reviews are in.", count=report.added + report.updated + report.unchanged))


def _staff(house: House) -> list[dict[str, Any]]:
    """An account for each IRO, the duty worker, the Review Unit and one social worker; those of the demo page."""
    worker, worker_name = social_workers()[0]
    people = [*((f"iro{number}", name, "iro", own) for number, (own, name) in enumerate(iros(), 1)), *OTHER_STAFF,
              ("worker", worker_name, "social_worker", worker)]  # fmt: skip
    offers = []
    with house.db.writing() as session:
        for username, name, role, own in people:
            password = f"sandhaven-{secrets.token_hex(5)}"
            email = f"{username}@example.org"
            account, totp = add_staff(session, house.vault, username, name, role, password, own, email)
            auditing.note(session, house.clock(), "system", "account_added", f"staff:{account.id}")
            if role != "iro" or own in (FIRST_IRO, SECOND_IRO):
                offers.append(
                    {"role": role, "name": name, "url": _url(house, "/staff/sign-in"), "username": username,
                     "password": password, "totp_secret": totp}
                )  # fmt: skip
    return offers


def _url(house: House, path: str) -> str:
    return house.settings.public_url.rstrip("/") + path


def _answer_and_offer(house: House, say: Say) -> list[dict[str, Any]]:
    rng = random.Random(SEED)
    with house.db.reading() as session:
        asked = everyone_asked(session)
    offers = _offered(asked)
    playing = choose(asked, rng, {one.id for one in offers.values()}, (FIRST_IRO, SECOND_IRO))
    work_together(house, [one for one in asked if one not in playing and one not in offers.values()], rng)
    for number, one in enumerate(playing, 1):
        play(house, one, rng)
        if number % 50 == 0:
            say(_("  %(count)s booklets", count=number))
    say(_("%(count)s people have answered.", count=len(playing)))
    return [_offer(house, offer, one) for offer, one in offers.items()]


def _offered(asked: list[Asked]) -> dict[Offer, Asked]:
    """Whose booklet each line of the demo page opens; a line whose booklet nobody has written yet is left out."""
    found = {}
    for offer in OFFERS:
        fitting = [one for one in asked if (one.child, one.person) == (offer.child, offer.person)]
        if fitting:
            found[offer] = fitting[0]
    return found


def _offer(house: House, offer: Offer, asked: Asked) -> dict[str, Any]:
    now = house.clock()
    until = end_of_day(last_day(house.authority, asked.closes_on, today(house.clock)))
    with house.db.writing() as session:
        token, code = access.make_link(session, house.vault, asked.id, now, until)
        fact = known(session, house.vault, asked.id, "known_fact")
        reach = known(session, house.vault, asked.id, "reach")
    names = {chosen.id: chosen for chosen in CHOSEN}
    child = names[offer.child].says.get("known_as", names[offer.child].given_name)
    person = offer.person.removeprefix("P-").replace("-", " ").title()
    return {
        "role": offer.role,
        "name": person or f"{child} {names[offer.child].family_name}",
        "about": _(offer.about, child=child),
        "url": _url(house, f"/o/{token}"),
        "code": access.show_code(code),
        "known_fact": _fields(fact),
        "phone": reach.get("phone") or "",
    }


def _fields(fact: dict[str, str]) -> str | dict[str, str]:
    """A birthday as the two fields that the page has; a word or postcode as it is."""
    if fact["kind"] != "birthday":
        return fact["value"]
    day, month = fact["value"].split("-")
    return {"day": str(int(day)), "month": str(int(month))}


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    part = path.with_suffix(".part")
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(rows, file, indent=2, ensure_ascii=False)
        file.write("\n")
    part.replace(path)


def is_loaded(house: House) -> bool:
    """True where the made-up authority is in already."""
    return (house.settings.instance / OFFER_FILE).is_file()

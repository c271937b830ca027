#!/usr/bin/env python3
"""A database of made-up children for measuring: bench/prepare.py FOLDER --children 443 --doors 200

Writes FOLDER/review.sqlite3, FOLDER/env (the settings to start with) and FOLDER/starts (one link a line; each opens a
child's booklet, known fact day=4 month=5, secret number 4821). Rows go in by the thousand, sealed as in real use.
Child n has the phone +4477 and n in eight figures.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import secrets
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert
from sqlalchemy.orm import Session

from config import ROOT, Settings
from webapp import house
from webapp.services import own_secret
from webapp.services.definitions import keep
from webapp.store import (
    Child,
    Consultation,
    Involvement,
    LastDecision,
    Link,
    Person,
    Response,
    Review,
    migrations,
    new_id,
)

ACCOUNT, TOKEN = "AC" + "0" * 32, "twilio-test-token"
"""The account at a provider of text messages, of whoever loads the webhook."""
BATCH = 2000
FACTS = "age_8_11 foster has_people has_decisions"
PEOPLE = (
    ("Mum", "Your mum", "parent"),
    ("Nan", "Your grandma", "grandparent"),
    ("Lin", "Your carer", "carer_foster"),
    ("Ms Okafor", "Your teacher", "teacher"),
    ("Priya", "Your social worker", "social_worker"),
    ("Yusuf", "Your brother", "sibling"),
)


def main() -> None:
    """Make the database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--children", type=int, default=443)
    parser.add_argument("--doors", type=int, default=400, help="How many children have a live link.")
    parser.add_argument("--port", type=int, default=5111)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    keys = {
        name: base64.b64encode(secrets.token_bytes(32)).decode()
        for name in ("secret_key", "master_key", "lookup_key")
    }
    settings = Settings(
        mode="demo", instance=chosen.folder, public_url=f"http://127.0.0.1:{chosen.port}", **keys
    )
    lines = [
        f"MYREVIEW_{name.upper()}={value}"
        for name, value in {
            **keys,
            "mode": "demo",
            "instance": chosen.folder.resolve(),
            "public_url": settings.public_url,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
        }.items()
    ]
    (chosen.folder / "env").write_text("\n".join(lines) + "\n")
    migrations.upgrade(settings.database_url)
    built = house.build(settings)
    started = time.perf_counter()
    links = []
    for first in range(0, chosen.children, BATCH):
        count = min(BATCH, chosen.children - first)
        with built.db.writing() as session:
            links += fill(session, built, first, count, doors=max(0, min(count, chosen.doors - first)))
        print(f"\r{first + count} of {chosen.children} children", end="", flush=True)
    (chosen.folder / "starts").write_text("".join(f"/o/{token}\n" for token in links))
    print(
        f", {len(links)} live links, {time.perf_counter() - started:.0f} s, in {chosen.folder} (root {ROOT.name})"
    )


def phone(n: int) -> str:
    """The number of this child's phone."""
    return f"+4477{n:08d}"


def fill(session: Session, built: Any, first: int, count: int, doors: int) -> list[str]:
    """Children first .. first+count with a review each; the first `doors` of them have a link and a begun booklet."""
    now, vault = dt.datetime.now(dt.UTC), built.vault
    rows: dict[Any, list[dict[str, Any]]] = {
        t: [] for t in (Child, Person, Review, Involvement, LastDecision, Consultation, Response, Link)
    }
    mark = keep(session, built.booklets["my_review_my_choice"], now)
    tokens: list[str] = []
    for n in range(first, first + count):
        child, review, consultation, response = new_id(), new_id(), new_id(), new_id()
        key, wrapped = vault.new_key(f"child:{child}")
        rows[Child].append(
            {
                "id": child,
                "external_id": f"BC-{n}",
                "key": wrapped,
                "birth_year": 2016,
                "sex": "female",
                "legal_status": "care_order",
                "placement": "foster",
                "phone_hash": vault.lookup("phone", phone(n)),
                **{
                    name: key.seal(f"Child {n}", f"child.{name}:{child}")
                    for name in ("given_name", "family_name", "known_as")
                },
                "known_fact": key.seal('{"kind": "birthday", "value": "04-05"}', f"child.known_fact:{child}"),
            }
        )
        rows[Review].append(
            {
                "id": review,
                "external_id": f"BR-{n}",
                "child_id": child,
                "kind": "later",
                "held_at": now + dt.timedelta(days=30),
                "window_start": now.date(),
                "window_end": now.date() + dt.timedelta(days=40),
                "iro_external_id": "S-1",
            }
        )
        for i, (called, relation, role) in enumerate(PEOPLE):
            person, involvement = new_id(), new_id()
            own, own_wrapped = vault.new_key(f"person:{person}")
            rows[Person].append(
                {
                    "id": person,
                    "external_id": f"BP-{n}-{i}",
                    "key": own_wrapped,
                    "name": own.seal(called, f"person.name:{person}"),
                }
            )
            rows[Involvement].append(
                {
                    "id": involvement,
                    "child_id": child,
                    "person_id": person,
                    "role": role,
                    "called": own.seal(called, f"involvement.called:{involvement}"),
                    "relation": own.seal(relation, f"involvement.relation:{involvement}"),
                }
            )
        decision = new_id()
        rows[LastDecision].append(
            {
                "id": decision,
                "review_id": review,
                "external_id": "D-1",
                "position": 0,
                "text": key.seal("Swimming on Tuesdays", f"last_decision.text:{decision}"),
            }
        )
        begun = len(tokens) < doors
        rows[Consultation].append(
            {
                "id": consultation,
                "review_id": review,
                "child_id": child,
                "respondent": child,
                "who": "child",
                "state": "asked",
                "booklets": "my_review_my_choice",
                "facts": FACTS,
                "due_on": now.date(),
                "closes_on": now.date() + dt.timedelta(days=30),
                "secret_kind": "pin" if begun else None,
                "secret_hash": own_secret.secret_hash(vault, response, "pin", "4821") if begun else None,
                "secret_of": response if begun else None,
            }
        )
        if begun:
            token = secrets.token_urlsafe(16)
            tokens.append(token)
            rows[Link].append(
                {
                    "id": new_id(),
                    "consultation_id": consultation,
                    "token_hash": vault.lookup("token", token),
                    "code_hash": vault.lookup("code", token),
                    "made_at": now,
                    "expires_at": now + dt.timedelta(days=30),
                }
            )
            _, sealed_key = vault.new_key(f"response:{response}")
            rows[Response].append(
                {
                    "id": response,
                    "consultation_id": consultation,
                    "booklet_id": "my_review_my_choice",
                    "key": sealed_key,
                    "definition": mark,
                    "started_at": now,
                }
            )
    for table, many in rows.items():
        if many:
            session.execute(insert(table), many)
    return tokens


if __name__ == "__main__":
    main()

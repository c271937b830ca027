"""Demo mode: a made-up phone, for text messages and WhatsApp, without a provider.

What is written on it goes to the very functions that the webhook calls once it has checked the signature.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.demo import phone
from webapp.demo.phone import Holder, Line
from webapp.house import House, house
from webapp.services import statuses
from webapp.services.conversing import turn
from webapp.services.conversing_fields import incoming
from webapp.web.guard import door

AT_MOST = 1600
"""Characters that a phone sends at once."""
pages = Blueprint("simulator", __name__, url_prefix="/demo/phone")


@pages.get("/")
@door.demo
def choose() -> str:
    """Whose phone to take up."""
    home = house()
    ways = [way for way in phone.WAYS if way in home.messengers]
    return render_template("demo/phones.html", holders=phone.holders(home), ways=ways)


@pages.get("/<int:which>/<way>")
@door.demo
def show(which: int, way: str) -> str:
    """The phone's screen."""
    home = house()
    holder = _holder(home, which, way)
    lines = phone.screen(home, holder.number, way)
    ours = [line for line in lines if line.ours]
    return render_template(
        "demo/phone.html", which=which, way=way, holder=holder, lines=lines, at_most=AT_MOST,
        parts=sum(line.parts for line in ours), messages=len(ours), last=lines[-1] if lines else None,
        newest=next((line.id for line in reversed(lines) if not line.ours), ""),
    )  # fmt: skip


@pages.post("/<int:which>/<way>")
@door.demo
def send(which: int, way: str) -> Response:
    """Send what was written, or pressed."""
    home = house()
    holder = _holder(home, which, way)
    text = request.form.get("text", "")[:AT_MOST].replace("\r\n", "\n")
    if text.strip():
        hand_in(home, holder.number, way, text, request.form.get("pressed", ""))
    return redirect(f"{url_for('.show', which=which, way=way)}#newest", 303)


def hand_in(home: House, number: str, way: str, text: str, pressed: str = "") -> list[Line]:
    """Send one message from this phone; gives what came back at once, with what the worker is about to send."""
    now = home.clock()
    said = incoming(phone.arriving(number, way, text, pressed))
    assert said is not None
    reply = turn(home.desk, said, now)
    if not reply.posted:
        with home.db.writing() as session:
            for one in reply.out:
                statuses.told(session, one.message_id, f"SM{secrets.token_hex(16)}", "delivered", "", now)
    at = now.timestamp()
    came = [
        Line(one.message_id, True, one.text, at, one.buttons, one.items, delivered=not reply.posted)
        for one in reply.out
    ]
    phone.keep(home, number, way, [Line(secrets.token_hex(8), False, text, at), *came])
    return came


def _holder(home: House, which: int, way: str) -> Holder:
    found = phone.holders(home)
    if way not in home.messengers or way not in phone.WAYS or not 0 < which <= len(found):
        abort(404)
    return found[which - 1]

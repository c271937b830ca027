"""Demo mode: made-up people to be, and every message that was sent to them."""

from __future__ import annotations

import json

import pyotp
from flask import Blueprint, render_template, request

from webapp.house import house
from webapp.i18n import gettext as _
from webapp.messaging import SIMULATOR_FOLDER, simulator
from webapp.web.guard import door
from webapp.web.staff.words import ROLES

A_PAGE = 20
pages = Blueprint("demo", __name__, url_prefix="/demo")


@pages.get("/")
@door.demo
def people() -> str:
    """A handful of made-up people: open what each of them would open."""
    file = house().settings.instance / "demo.json"
    found = json.loads(file.read_text("utf-8")) if file.is_file() else []
    now = house().clock()
    staff = [{**p, "totp_now": pyotp.TOTP(p["totp_secret"]).at(now)} for p in found if "username" in p]
    roles = {
        **ROLES, "carer": _("Carer"), "duty": _("Duty worker"), "unit": _("Review Unit"),
        "manager": _("Service manager"), "administrator": _("Administrator"),
    }  # fmt: skip
    people = [p for p in found if "code" in p]
    return render_template("demo/people.html", people=people, staff=staff, roles=roles)


@pages.get("/messages")
@door.demo
def messages() -> str:
    """Everything that the simulator sent, newest first, a few to a page."""
    sent = list(simulator.messages(house().settings.instance / SIMULATOR_FOLDER))
    last = max(1, -(-len(sent) // A_PAGE))
    page = min(max(request.args.get("page", 1, int), 1), last)
    shown = sent[(page - 1) * A_PAGE : page * A_PAGE]
    return render_template("demo/messages.html", messages=shown, page=page, last=last)

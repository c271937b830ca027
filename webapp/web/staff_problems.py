"""What goes wrong at an address of the staff's: a page of theirs that says what happened, and what is still there.

Asked for by address and not by blueprint, since what no view answers (a wrong method, say) belongs to none.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import g, render_template, request

from webapp.house import house
from webapp.web.from_here import surely_from_here

SECRETS = frozenset(["password", "code", "credential"])
"""A form with one of these is never written back into a page."""
OF_STATUS = {400: "bad", 403: "missing", 404: "missing", 405: "missing", 413: "big", 429: "often"}


def concerns() -> bool:
    """Whether this request is to the staff's side."""
    return request.path == "/staff" or request.path.startswith("/staff/")


def refused(status: int) -> str:
    """The page of what Flask or the rules of every page refuse; whatever has no words of its own was "not right"."""
    return _page(OF_STATUS.get(status, "bad" if status < 500 else "ours"))


def forged() -> str:
    """The page of a form whose token doesn't fit, with what was typed where a page of ours surely sent it.

    Whoever presses then has looked at it: a press of their own under a token of their own, as with any form.
    """
    return _page("token", **_once_more())


def ended() -> str:
    """The page of what was typed until the sign-in was over; empty where there is nothing that could be lost."""
    more = _once_more()
    return _page("ended", **more) if any(name != "do" for name, _ in more["typed"]) else ""


def _once_more() -> dict[str, Any]:
    """What this request carried, to be read, copied, and sent once more by a press."""
    again = request.method == "POST" and surely_from_here() and not SECRETS & set(request.form)
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    words = [value.strip() for _, value in typed if re.search(r"\w\s+\w", value)]
    return {
        "typed": typed if again else [], "to": request.full_path.removesuffix("?") if again else "",
        "words_typed": "\n\n".join(words) if again else "",
    }  # fmt: skip


def failed(code: str) -> str:
    """The page of a failure of ours, with what was typed, to be sent again by a press. `code`: ours, or again where
    the database failed.

    It asks the database for nothing. To quote, it gives what the log's line has: where it failed, and when.
    """
    g.failed = True
    again = request.method == "POST" and not SECRETS & set(request.form)
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # as the log, which knows no other clock
    return _page(
        code if again or code == "ours" else "busy", quote=f"{request.endpoint or 'none'} {at}",
        typed=typed if again else [], to=request.full_path.removesuffix("?") if again else "",
    )  # fmt: skip


def _page(code: str, **more: object) -> str:
    from webapp.web.staff import words

    return render_template(
        "staff/error.html", code=code, signed=g.get("staff"), w=words, now=house().clock(), **more
    )

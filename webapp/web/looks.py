"""How the pages look to this person: chosen at any time, kept in a cookie that says nothing else.

The device's own wishes (dark, more contrast, less motion, its text size) are followed by the style sheet where
nothing was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.web import visiting
from webapp.web.guard import door

pages = Blueprint("looks", __name__)
COOKIE = "look"
YEAR = 365 * 86_400
KINDS: dict[str, tuple[str, ...]] = {
    "words": ("standard", "easy"),
    "size": ("normal", "big"),
    "colours": ("device", "light", "dark", "calm"),
    "letters": ("usual", "clear"),
    "choices": ("all", "two"),
}
"""What can be chosen. The first of each is what nobody chose, and stands in no cookie."""
USUAL = "usual"
"""What the cookie of somebody says who chose what nobody else needs to choose: they would start in another look."""
NOT_BACK_TO = frozenset(["static", "public.leave", "public.choose_language", "looks.choose"])


@dataclass(frozen=True, slots=True)
class Look:
    """One value of each kind in KINDS."""

    words: str = "standard"
    size: str = "normal"
    colours: str = "device"
    letters: str = "usual"
    choices: str = "all"

    @property
    def chosen(self) -> list[str]:
        """The values that differ from what nobody chose, always in the same order."""
        return [getattr(self, kind) for kind, (usual, *_) in KINDS.items() if getattr(self, kind) != usual]

    @property
    def classes(self) -> str:
        """What the style sheet knows it by."""
        return " ".join(f"l-{value}" for value in self.chosen)


def read(text: str) -> Look:
    """The look that a cookie's text describes; what it says that we don't know is not there."""
    said = text.split(".")
    return Look(
        **{kind: next((v for v in values[1:] if v in said), values[0]) for kind, values in KINDS.items()}
    )


def look() -> Look:
    """The look of this request's pages."""
    if not has_request_context():
        return Look()
    if "look" not in g:
        g.look = read(request.cookies.get(COOKIE) or session.get(visiting.NEEDED, ""))
    found: Look = g.look
    return found


def wording() -> Literal["standard", "easy"]:
    """Which words this request's pages are in."""
    return "easy" if look().words == "easy" else "standard"


@pages.route("/look", methods=("GET", "POST"))
@door.open
def choose() -> str | Response:
    """Choose how it looks, and go back to the page from which this one was opened.

    A form that names only some kinds leaves the others as they are.
    """
    if request.method == "GET":
        return render_template("public/look.html", back=back_to(request.referrer or ""))
    given = {kind: request.form.get(kind) for kind in KINDS}
    chosen = replace(look(), **{kind: value for kind, value in given.items() if value in KINDS[kind]})
    answer = redirect(back_to(request.form.get("to", "")), 303)
    kept = ".".join(chosen.chosen) or (USUAL if visiting.NEEDED in session else "")
    answer.set_cookie(
        COOKIE, kept, max_age=YEAR if kept else 0, httponly=True, samesite="Lax",
        secure=house().settings.public_url.startswith("https://"),
    )  # fmt: skip
    return answer


def back_to(address: str) -> str:
    """The path of a page of ours that shows itself to a GET; the person's own start where it is none."""
    try:
        parts = urlsplit(address)
        if parts.netloc not in ("", request.host) or parts.path[:2] in ("", "//"):
            raise ValueError("not ours")
        adapter = current_app.create_url_adapter(request)
        endpoint = adapter.match(parts.path, method="GET")[0] if adapter else ""
    except (ValueError, HTTPException):
        return _home()
    if endpoint in NOT_BACK_TO:
        return _home()
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _home() -> str:
    return url_for("respond.shelf" if visiting.COOKIE in session else "public.start")

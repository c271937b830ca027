"""The Review Unit prints letters to people who are invited to a meeting."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from webapp.clock import london
from webapp.documents import guest_words
from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.review.guests import NOT_TO_BE_SEEN
from webapp.services import guests_letters
from webapp.services.sending import NotPrinted
from webapp.web.guard import door
from webapp.web.pictures import picture
from webapp.web.staff import looked, not_yours, pages, signed_in
from webapp.web.staff.guests import BARS, WHY_NOT_SENT
from webapp.web.staff.unit import static_url

Page = str | Response | tuple[str, int]
WHAT = {
    "invitation": _("invitation to a meeting"), "change": _("a meeting has changed"),
    "cancellation": _("an invitation is taken back"),
}  # fmt: skip
REPLACED = _(
    "What it says is not so any more. The right letter stands in the list in a minute, if there is one."
)


OFFICER_SEES = _("It may not go out now. The reviewing officer can say more.")
"""What a child said is why: the Review Unit has no answer to see."""


def why_not(reason: str) -> str:
    """Why a letter to a guest was not printed, for the Review Unit."""
    if reason in NOT_TO_BE_SEEN:
        return str(OFFICER_SEES)
    return str(BARS.get(reason) or WHY_NOT_SENT.get(reason) or REPLACED)


@pages.get("/unit/guest-letters")
@door.staff("unit")
def guest_letters() -> Page:
    """Letters to guests that wait to be printed."""
    with house().db.reading() as s:
        found = guests_letters.to_print(s)
    looked("list_guest_letters", f"staff:{signed_in().id}")
    return render_template("staff/guest_letters.html", letters=found, what=WHAT)


@pages.post("/unit/guest-letters/<message_id>")
@door.staff("unit")
def print_guest_letter(message_id: str) -> Page:
    """One of them, to be printed with the browser: whoever it is for counts as invited from now on."""
    home = house()
    with home.db.reading() as s:
        if guests_letters.review_of(s, message_id) is None:
            not_yours("message", message_id)
    try:
        with home.db.writing() as s:
            made = guests_letters.print_letter(
                s, home.vault, home.authority, home.settings.public_url, home.takers, message_id, home.clock(),
                f"staff:{signed_in().id}",
            )  # fmt: skip
    except NotPrinted as error:
        return render_template("staff/guest_not_printed.html", why=why_not(error.reason)), 409
    drawn = str(picture(made.card.picture)) if made.card and made.card.picture else ""
    return guest_words.letter(
        made.told, made.to, home.authority, printed_on=london(home.clock()).date(), card=made.drawn(drawn),
        stylesheet=static_url("letter.css"), bar=render_template("staff/_guest_letter_bar.html"),
    )  # fmt: skip

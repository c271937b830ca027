"""An officer decides: every wish on one page with what may become of it, one press for the rest, when and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.clock import london
from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.review.deciding import OUTCOMES, PASSED_TO, Chosen, Wish
from webapp.review.deciding_words import draft
from webapp.services import deciding, deciding_desk, looking_review, passing, telling, translating
from webapp.services.deciding_desk import Decided, Desk
from webapp.services.whose import open_to
from webapp.store import Review
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, signed_in, words

Page = str | Response | tuple[str, int]
ROWS_AT_MOST = 200
OUTCOME_WORDS, REFUSED_WORDS = words.OUTCOMES, words.REFUSED_OUTCOMES
PASSED_WORDS = {
    "": _("nobody: I see to it"), "unit": _("the Review Unit"), "social_worker": _("the social worker"),
}  # fmt: skip
WHY_LEFT = {
    "refused": _("The child said no to this person: yours alone to decide."),
    "refused_by_another": _("Another child of this meeting said no to this person."),
    "not_sure": _("The child is not sure: say what happens."),
    "added": _("Added by the child: the social worker checks before anybody contacts them."),
    "held_back": _("The case system keeps this person away at the moment."),
    "contradicts": _("This does not fit with another wish: decide one of them."),
    "in_words": _("Words about who comes may say no to somebody: please read them."),
    "unread": _("Not in English: it waits for somebody who can read it."),
}
WRONG = {
    "outcome": _("Choose what becomes of this wish."),
    "passed_to": _("Choose who arranges it."),
    "nothing_to_agree": _(
        "The child is not sure, so there is nothing to agree to. Say what happens instead."
    ),
    "added": _("Nobody has checked this person yet. Choose “asked for”, and pass it to the social worker."),
    "held_back": _(
        "The case system says that this person may not come now. Tell the child why it isn’t possible."
    ),
    "contradicts": _("This can’t be agreed together with another wish that is agreed. Change one of them."),
    "say_instead": _("Say what happens in its place."),
    "say_why": _("The child needs a reason. A draft stands in the box: finish it where it has dots."),
    "alone": _("This wish was meant for you alone, so nobody else can be asked to arrange it."),
    "changed_since": _("The child changed this while you were reading. It stands here as it is now."),
    "decided_since": _(
        "Somebody decided this while you were reading. Look at it, and press again to change it."
    ),
    "too_long": _("That is too long: at most 2,000 letters, and 300 for a place."),
    "no_such_time": _("Give a day and a time that exist, as 16:00."),
    "past": _("That time is past."),
    "odd_hour": _(
        "A meeting begins between 7 in the morning and 9 in the evening. Three in the afternoon is 15:00."
    ),
    "outside_window": _(
        "That day is outside the time that the law gives. Tick below if a senior manager has allowed it."
    ),
    "settled_since": _(
        "Somebody settled this while you were reading. Look at it, and press again to change it."
    ),
    "say_where": _("Say where it is."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One wish on the page."""

    number: int
    wish: Wish
    decided: Decided | None
    again: bool
    """It was decided, and the child asks for something else now."""
    left: str
    """Why one press for the rest doesn't take it; empty where it does."""
    typed: Chosen
    problem: str

    @property
    def words(self) -> Mapping[str, object]:
        """What each outcome means for this wish."""
        return REFUSED_WORDS if self.wish.refused else OUTCOME_WORDS

    def draft(self, outcome: str) -> str:
        """What the child is told where nothing is written."""
        return draft(self.wish.kind, outcome, refused=self.wish.refused, added=self.wish.added)


@pages.get("/reviews/<review_id>/decide")
@door.staff("iro")
def decide(review_id: str) -> Page:
    """Every wish, what became of it, and what is settled."""
    return _page(review_id)


def _page(
    review_id: str, problems: Mapping[str, str] | None = None, typed: Mapping[str, Chosen] | None = None
) -> Page:
    home, wrong = house(), problems or {}
    with home.db.reading() as s:
        found = looking_review.own_review(
            s, home.vault, home.booklets, home.clock(), signed_in().id, review_id
        )
        desk = (
            deciding_desk.desk(s, home.vault, signed_in().id, review_id, told=found.talks) if found else None
        )
        became = passing.became_of(s, desk.key, desk.decided.values()) if desk else {}
        known = translating.of_review(s, home.vault, found, home.authority) if found else None
    if found is None:
        not_yours("review", review_id)
    if desk is None:  # it is over
        return redirect(url_for(".review", review_id=review_id), 303)
    looked("look_decide", f"review:{review_id}", found.head.child_id)
    body = render_template(
        "staff/decide.html", page=found, desk=desk, rows=_rows(desk, wrong, typed or {}), problems=wrong,
        outcomes=OUTCOMES, passed_to=PASSED_TO, passed_words=PASSED_WORDS, why_left=WHY_LEFT, wrong=WRONG,
        rest=desk.rest(), as_it_is=_as_it_is(desk), became=became, translations=known,
    )  # fmt: skip
    return (body, 422) if wrong else body


def _rows(desk: Desk, problems: Mapping[str, str], typed: Mapping[str, Chosen]) -> list[Row]:
    held, again, left = desk.in_force, desk.reopened, desk.leaves
    return [
        Row(
            number, wish, held.get(wish.key), wish.key in again, left.get(wish.key, ""),
            _drafted(wish, typed.get(wish.key, Chosen("")), problems.get(wish.key, "")),
            problems.get(wish.key, ""),
        )
        for number, wish in enumerate(desk.wishes)
    ]  # fmt: skip


def _drafted(wish: Wish, typed: Chosen, problem: str) -> Chosen:
    """Where a reason is missing, its draft stands in the box."""
    if problem != "say_why" or typed.reason.strip():
        return typed
    return replace(typed, reason=draft(wish.kind, typed.outcome, refused=wish.refused, added=wish.added))


def _mine(review_id: str) -> None:
    """Turn away whoever's review it isn't, before anything is locked: being turned away is written down too."""
    with house().db.reading() as s:
        own = s.scalar(select(Review.id).where(Review.id == review_id, open_to(signed_in().id)))
    if own is None:
        not_yours("review", review_id)


def _locked(s: Session, review_id: str) -> Desk:
    """The desk, held until the commit; a review that is over meanwhile is nobody's to decide."""
    found = deciding_desk.desk(s, house().vault, signed_in().id, review_id, lock=True)
    return found if found is not None else abort(404)


def _when_waits() -> bool:
    """Whether a day or a place was typed and not settled: it was another button."""
    return request.endpoint != "staff.settle_review" and _typed_when() != request.form.get("settled", "   ")


def _typed_when() -> str:
    return " ".join(request.form.get(name, "") for name in ("day", "time", "place", "place_for_others"))


def _as_it_is(desk: Desk) -> str:
    """When and where in one line, as the page's form has them: to tell whether anybody changed them meanwhile."""
    held = desk.settled
    at = held.at if held else desk.review.held_at
    where = [held.place, held.place_for_others] if held else ["", ""]
    return " ".join([f"{london(at):%Y-%m-%d %H:%M}" if at else " ", *where])


def _not_meanwhile(desk: Desk) -> None:
    """Raises Refused where somebody else settled it otherwise since this page was read."""
    now = _as_it_is(desk)
    if now not in (request.form.get("settled", now), _typed_when()):
        raise deciding.Refused({"when": "settled_since"})


def _back(review_id: str, told: str) -> Page:
    flash(told)
    if _when_waits():
        flash("not_settled_yet")
        return _page(review_id)
    return redirect(url_for(".decide", review_id=review_id), 303)


@pages.post("/reviews/<review_id>/decide")
@door.staff("iro")
def save_decisions(review_id: str) -> Page:
    """Keep what was chosen; with the second button the rest is agreed as well, with the third guests come next."""
    _mine(review_id)
    do = request.form.get("do")
    chosen, seen = _sent()
    try:
        with house().db.writing() as s:
            made = _keep(s, review_id, chosen, seen if do == "rest" else None)
    except deciding.Refused as error:
        return _page(review_id, error.problems, chosen)
    if do == "guests" and not _when_waits():
        return redirect(url_for(".guest_list", review_id=review_id), 303)
    return _back(review_id, "decided" if made else "nothing_decided")


def _keep(
    s: Session, review_id: str, chosen: Mapping[str, Chosen], rest: Mapping[str, str] | None = None
) -> int:
    """What was chosen on the page, whichever of its buttons was pressed: none of them throws away what was typed."""
    if not chosen and rest is None:
        return 0
    home, desk = house(), _locked(s, review_id)
    return deciding.decide(s, home.vault, home.takers, desk, chosen, signed_in().id, home.clock(), rest)


def _sent() -> tuple[dict[str, Chosen], dict[str, str]]:
    """What was chosen, and the digest of every wish that stood on the page."""
    chosen: dict[str, Chosen] = {}
    seen: dict[str, str] = {}
    form = request.form
    for n in count():
        key = form.get(f"key-{n}")
        if key is None or n >= ROWS_AT_MOST:
            return chosen, seen
        seen[key] = form.get(f"was-{n}", "")
        names = ("outcome", "instead", "reason", "note", "passed_to", "was")
        one = Chosen(*(form.get(f"{name}-{n}", "") for name in names))
        one = replace(one, held=form.get(f"held-{n}"))
        if one.outcome or one.instead.strip() or one.reason.strip() or one.note.strip():
            chosen[key] = one
    raise AssertionError


@pages.post("/reviews/<review_id>/decide/reopen")
@door.staff("iro")
def reopen_decision(review_id: str) -> Page:
    """Take one decision back: the wish is open again, and the child no longer reads it."""
    _mine(review_id)
    home, key, (chosen, _seen) = house(), request.form.get("reopen", ""), _sent()
    chosen.pop(key, None)
    try:
        with home.db.writing() as s:
            _keep(s, review_id, chosen)
            done = deciding.reopen(
                s, home.vault, home.takers, _locked(s, review_id), key, signed_in().id, home.clock()
            )
    except deciding.Refused as error:
        return _page(review_id, error.problems, chosen)
    return _back(review_id, "reopened" if done else "nothing_decided")


@pages.post("/reviews/<review_id>/decide/settle")
@door.staff("iro")
def settle_review(review_id: str) -> Page:
    """Settle when and where."""
    _mine(review_id)
    home, form, (chosen, _seen) = house(), request.form, _sent()
    at = deciding.moment(form.get("day", ""), form.get("time", ""))
    try:
        with home.db.writing() as s:
            _keep(s, review_id, chosen)
            desk = _locked(s, review_id)
            _not_meanwhile(desk)
            deciding.settle(
                s, home.vault, home.takers, home.authority.timetable, desk, at,
                form.get("place", ""), form.get("place_for_others", ""), signed_in().id, home.clock(),
                allowed="allowed" in form,
            )  # fmt: skip
    except deciding.Refused as error:
        return _page(review_id, error.problems, chosen)
    return _back(review_id, "settled")


@pages.post("/reviews/<review_id>/decide/tell")
@door.staff("iro")
def tell_child(review_id: str) -> Page:
    """Let the child read it on their own page, with what was just chosen; without a page, write down that they know."""
    _mine(review_id)
    home, (chosen, _seen) = house(), _sent()
    try:
        with home.db.writing() as s:
            _keep(s, review_id, chosen)
            desk = _locked(s, review_id)
            told = deciding.tell(s, home.vault, home.takers, desk, signed_in().id, home.clock())
            done = "told_child" if telling.childs(s, review_id) else "told_in_person"
    except deciding.Refused as error:
        return _page(review_id, error.problems, chosen)
    return _back(review_id, done if told else "nothing_to_tell")

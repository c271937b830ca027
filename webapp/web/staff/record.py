"""Text that pastes under the headings of the review record, so that nothing is typed twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, request
from werkzeug.wrappers import Response

from webapp.booklet.definition import Heading
from webapp.clock import london
from webapp.house import house
from webapp.i18n import gettext
from webapp.review.sharing import Share
from webapp.services import looking_prepared
from webapp.services.looking_prepared import Prepared
from webapp.services.review_paper import Fate, Line, Speaker, Words, blocks, fates
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, preparing_words, signed_in, words


@dataclass(frozen=True, slots=True)
class Pasted:
    """The text for one heading."""

    heading: Heading
    everyone: str
    social_worker: str
    """What may go no further than the social worker."""
    left_out: int
    """How many answers are for the officer alone, or to be looked at first."""


def prepared_of(review_id: str) -> Prepared:
    """The officer's own review; another's is as if it weren't there."""
    home = house()
    with home.db.reading() as s:
        found = looking_prepared.prepared(
            s, home.vault, home.booklets, home.clock(), signed_in().id, review_id
        )
    if found is None:
        not_yours("review", review_id)
    return found


@pages.get("/reviews/<review_id>/record")
@door.staff("iro")
def record(review_id: str) -> str:
    """A block for each heading, to be copied."""
    prep = prepared_of(review_id)
    looked("look_record_text", f"review:{review_id}", prep.page.head.child_id)
    return render_template("staff/record.html", prep=prep, page=prep.page, pasted=pasted(prep))


@pages.get("/reviews/<review_id>/record.txt")
@door.staff("iro")
def record_text(review_id: str) -> Response:
    """All blocks as one plain text; with `more`, those for the social worker too."""
    prep = prepared_of(review_id)
    looked("take_record_text", f"review:{review_id}", prep.page.head.child_id)
    more, parts = "more" in request.args, []
    for one in pasted(prep):
        texts = [one.everyone, one.social_worker if more else ""]
        if any(texts):
            title = words.say(words.HEADINGS, one.heading)
            parts.append("\n".join([title, "=" * len(title), *(text for text in texts if text)]))
    body = "\n\n".join(parts) or gettext("Nothing has been sent yet.")
    answer = Response(body + "\n", mimetype="text/plain")
    answer.headers["Content-Disposition"] = 'attachment; filename="review-record.txt"'
    return answer


def pasted(prep: Prepared) -> list[Pasted]:
    """The text of every heading, in the order of the record."""
    decided, found = fates(prep), []
    for block in blocks(prep):
        texts: dict[Share, str] = {}
        for far in ("everyone", "social_worker"):
            lines = [_part(speaker, some) for speaker, some in block.only([far])]
            if block.heading == "recommendations":
                lines += _decided(prep, [fate for fate in decided if fate.share == far], far)
            text = "\n\n".join(lines)
            narrow = gettext("[For the IRO and the social worker, not for everyone at the review]")
            texts[far] = f"{narrow}\n{text}" if text and far == "social_worker" else text
        found.append(Pasted(block.heading, texts["everyone"], texts["social_worker"], block.count("alone")))
    return found


def _part(speaker: Speaker, lines: Iterable[Line]) -> str:
    """Who said it, by which booklet, and each answer on a line."""
    role = words.say(words.ROLES, speaker.role) if speaker.who != "child" else ""
    whose = f"{speaker.name} ({role})" if role else speaker.name
    day, booklet = f"{london(speaker.sent_at):%-d %B %Y}", words.neat(speaker.booklet)
    head = gettext("%(name)s, in “%(booklet)s”, sent %(day)s:", name=whose, booklet=booklet, day=day)
    if speaker.who == "observer":
        head = gettext(
            "%(name)s, what was seen, not said, in “%(booklet)s”, sent %(day)s:",
            name=whose, booklet=booklet, day=day,
        )  # fmt: skip
    if speaker.helped_by:
        head += " " + gettext("[side by side with %(name)s]", name=speaker.helped_by)
    return "\n".join([head, *(f"- {said(line)}" for line in lines)])


def said(line: Line) -> str:
    """One answer: the question, what was chosen, what was typed; never a private reason."""
    told = [f"{'; '.join(words.neat(one) for one in line.chosen)}."] if line.chosen else []
    return " ".join([words.neat(line.asked), *told, *(_typed(one) for one in line.typed)])


def _typed(one: Words) -> str:
    flat = " ".join(one.text.split())
    if one.language.startswith("en"):
        return f"“{flat}”"
    return f"“{flat}” " + gettext("[in %(language)s]", language=words.language_name(one.language))


def _decided(prep: Prepared, some: list[Fate], far: Share) -> list[str]:
    lines = [f"- {fate_of(one)}" for one in some]
    settled = prep.settled
    if settled and far == "everyone":
        lines.insert(
            0, "- " + gettext("The review: %(when)s.", when=f"{london(settled.at):%A %-d %B %Y, %H:%M}")
        )
    if settled and far == "social_worker":
        lines.insert(0, "- " + gettext("Where: %(place)s.", place=settled.place))
    title = gettext("Decided about what %(name)s asked for:", name=prep.page.head.known_as)
    return ["\n".join([title, *lines])] if lines else []


def fate_of(one: Fate) -> str:
    """What became of a wish, in a line."""
    known = preparing_words.REFUSED_OUTCOMES if one.wish.refused else preparing_words.OUTCOMES
    kind = gettext("Who") if one.wish.kind == "who" else words.say(words.WISHES, one.wish.kind)
    told = f"{kind}: {words.neat(one.asked)}. {known[one.outcome]}."
    if one.instead:
        told += f" “{one.instead}”"
    return f"{told} {gettext('In words for the child:')} “{one.reason}”" if one.reason else told

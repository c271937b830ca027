"""The end of a booklet by text: what was said in a short list, and what may be done with it."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from webapp.booklet import journey
from webapp.booklet.definition import Question
from webapp.chat import checking, phrases
from webapp.services import visits
from webapp.services.conversing_sitting import Sitting, with_rows
from webapp.services.conversing_talk import Talk
from webapp.store import AnswerHistory, Prepared, Query, table_of

_history = table_of(AnswerHistory).c
_ON_THE_PAGE = Prepared(
    select(_history.question_id)
    .where(_history.response_id == bindparam("of"), _history.channel == "web")
    .distinct()
)


def said_by_text(query: Query, sitting: Sitting) -> set[str]:
    """The questions that were answered by text alone: what was ever said on the page is never read back by text, since
    whoever holds the phone need not know it (threats.md A16).
    """
    on_the_page = {row.question_id for row in _ON_THE_PAGE.all(query, of=sitting.found.row.response_id)}
    return {name for name, said in sitting.said.items() if said.channel != "web"} - on_the_page


def offer(query: Query, talk: Talk, sitting: Sitting, before: str = "") -> None:
    """What they said, and: send it, change something, or say more."""
    context = with_rows(query, talk, sitting, "times", "grid")
    told = checking.summary(
        sitting.booklet, sitting.path, sitting.answers, said_by_text(query, sitting), context, talk.translate,
        channel=talk.said.channel, adult=talk.adult,
    )  # fmt: skip
    texts = [one.text for one in told]
    if before:
        texts[0] = f"{before}\n{texts[0]}"
    talk.say(*texts[:-1])
    more = bool(sections_with_more(sitting))
    talk.choose("check", checking.what_now(talk.translate, more=more, adult=talk.adult), before=texts[-1])
    talk.to["prompt_id"] = None


def sections_with_more(sitting: Sitting) -> list[journey.Leg]:
    """The extra sections that still have something to ask."""
    return [
        leg
        for leg in journey.extras(sitting.booklet, sitting.path)
        if any(q.kind != "information" and q.id not in sitting.said for q in leg.questions)
    ]


def changeable(sitting: Sitting) -> list[Question]:
    """What they have been asked: whatever was said or skipped."""
    return [q for q in sitting.path if q.id in sitting.said and q.kind != "information"]


def after_sending(query: Query, talk: Talk, sitting: Sitting, before: str = "") -> None:
    """It is with the IRO: what happens next, and the next booklet where there is one."""
    found = sitting.found
    words = phrases.SENT_AFTER if found.row.when == "after" else phrases.SENT
    text = "\n".join(one for one in (before, talk.words(words)) if one)
    shelf = visits.shelf(query, found, talk.desk.booklets)
    waiting = [one for one in shelf if one.booklet.id != sitting.booklet.id and not one.sent_at]
    talk.keep()
    talk.to["prompt_id"] = None
    if waiting:
        title = talk.translate(waiting[0].booklet.title)
        step = checking.one_more(title, talk.translate)
        talk.say(text)
        talk.choose("next", step, booklet=waiting[0].booklet.id)
        return
    talk.say(text)
    talk.last = True
    talk.go("done")

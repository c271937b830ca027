"""One thing per page: each answer is saved at once, back and forward work, anything may be skipped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import g, redirect, render_template, request, session
from werkzeug.wrappers import Response as Answer

from webapp.booklet import journey
from webapp.booklet.answers import SKIPPED, Context, Problem, check
from webapp.booklet.answers import Answer as Said
from webapp.booklet.definition import Booklet, Question
from webapp.booklet.wording import fill
from webapp.documents.booklet_paper import sealed
from webapp.house import house
from webapp.i18n import catalogue, language
from webapp.services import answering, asking_for, surroundings, visits
from webapp.services.happened import to_read
from webapp.services.on_paper import CHANNEL
from webapp.web import looks, media, visiting
from webapp.web.fragments import address as url_for
from webapp.web.guard import door
from webapp.web.respond import adding, fields, helped, pages, pairs, unsaved
from webapp.web.respond.showing import Shown, shown

Page = str | Answer | tuple[str, int]
AUDIENCES = ("iro", "iro_and_social_worker", "review")
AWAY = {
    "home": ".home", "check": ".check", "help": "public.help", "language": "public.choose_language",
    "look": "looks.choose",
}  # fmt: skip
"""Buttons that lead away from a question, beside "back": each saves what was typed on its way."""


class Sitting:
    """One request in one booklet: the visit, the booklet, what was said so far, and the path that follows from it."""

    def __init__(self, db_session: Any, found: visits.Standing) -> None:
        home = house()
        self.found = found
        self.booklet: Booklet = visits.booklet(db_session, found, home.booklets)
        self.said = visits.answers(db_session, home.vault, found)
        self.context: Context = visits.bare_context(home.vault, found)
        self.asked_about: Context | None = None
        self.pictures: dict[str, list[adding.Shown]] = {}
        self.path = journey.path(self.booklet, self.answers, self.context)
        if found.row.paper_id:  # what was stuck down is nobody's to type
            self.path = tuple(q for q in self.path if not sealed(q))

    @property
    def core(self) -> tuple[Question, ...]:
        """The part of the path that everyone is asked, which is what "how far" is told of."""
        return journey.core(self.booklet, self.path)

    @property
    def extras(self) -> tuple[journey.Leg, ...]:
        """More, if they want: the extra sections with questions for this person."""
        return journey.extras(self.booklet, self.path)

    @property
    def answers(self) -> visits.Answers:
        """What was said so far, by question."""
        return visits.Answers(self.said)

    def question(self, question_id: str) -> Question | None:
        """The question, if it is on this person's path."""
        return next((q for q in self.path if q.id == question_id), None)

    def once_asked(self, question_id: str) -> Question | None:
        """A question that has dropped off the path since its page was opened: what was typed there is kept too."""
        found = next((q for q in self.booklet.questions if q.id == question_id and q.only_if), None)
        alone = found.model_copy(update={"only_if": None}) if found else None
        return found if alone and journey.asked(alone, {}, self.context) else None

    def with_rows(self, db_session: Any, question: Question) -> Context:
        """The context with the people, decisions and dates that this question needs.

        Somebody whom this form tells of may have left the list since its page was opened: what was said of them is
        heard (`heard`), and no page lists them.
        """
        home = house()
        self.context = surroundings.complete(
            db_session, home.vault, home.authority.timetable, self.found, self.context, question.kind, home.clock()
        )  # fmt: skip
        told = fields.refs(request.form) - {person.ref for person in self.context.people}
        if question.kind == "people" and told:
            more = surroundings.people(db_session, home.vault, self.found, also=told)
            self.asked_about = replace(self.context, people=more)
        return self.context

    @property
    def heard(self) -> Context:
        """The context in which this request's form is read."""
        return self.asked_about or self.context


@pages.get("/b/<booklet_id>/")
@door.visit
def home() -> Page:
    """Where I am in my booklet: begin, carry on, check, or look at what I sent."""
    with house().db.looking() as s:
        found = visiting.inside(s)
        sitting = Sitting(s, found)
        answered = asking_for.answered(s, found, house().clock())
        ready = to_read(s, found, house().clock())
    touch(found)
    answers = sitting.answers
    following = journey.first_open(sitting.core, answers) or sitting.path[0]
    if "go" in request.args and not answers and not found.closed:
        return redirect(url_for(".question", question_id=sitting.path[0].id), 303)
    return render_template(
        "respond/home.html", sitting=sitting, row=found.row, found=found, begun=bool(answers), following=following,
        left=sum(q.id not in answers for q in sitting.core if q.kind != "information"), say=sayer(sitting.context),
        kinds=" ".join(asking_for.may_ask(found)), answered=answered, ready=ready,
    )  # fmt: skip


@pages.route("/b/<booklet_id>/q/<question_id>", methods=("GET", "POST"))
@door.visit
def question(question_id: str) -> Page:
    """One question. A POST saves and goes on; what can't be saved comes back as it was typed."""
    with house().db.looking() as s:
        found = visiting.standing(s)
        if request.method == "POST":
            if why := unsaved.why_not(found):
                return unsaved.page(why, begun=bool(found and found.row.version))
        elif away := visiting.turned_away(found):
            return away
        assert found is not None
        if found.closed:
            return redirect(url_for(".copy"), 303)
        sitting = Sitting(s, found)
        asked = sitting.question(question_id) or (
            sitting.once_asked(question_id) if request.method == "POST" else None
        )
        if asked is None:
            return unsaved.page("gone") if request.method == "POST" else redirect(url_for(".home"), 303)
        sitting.with_rows(s, asked)
    if request.method == "GET":
        touch(found)
        return _page(sitting, asked, sitting.said.get(question_id))
    return _saved(sitting, asked)


def _saved(sitting: Sitting, asked: Question) -> Page:
    try:
        problem = save(sitting, asked)
    except answering.Ended:  # they left in another tab, or a hold or the review came between
        with house().db.looking() as s:
            return unsaved.page(unsaved.why_not(visiting.standing(s)) or "unknown")
    if problem is not None and sitting.found.resting:  # it shows nobody and nothing but what was typed
        return unsaved.page("unfair", problem.code)
    if problem is not None:
        value, words = fields.read(asked, request.form, sitting.context)
        typed = visits.Said(Said(value, words), request.form.get("see", asked.audience), 0)
        return _page(sitting, asked, typed, problem), 422
    if sitting.found.resting:
        session["saved"] = True
        return redirect(url_for(".rest"), 303)
    return redirect(_following(sitting, asked), 303)


def save(sitting: Sitting, asked: Question) -> Problem | None:
    """Keep what this request's form says to this question; the problem where it isn't a fair answer."""
    home = house()
    audience = request.form.get("see", asked.audience)
    audience = audience if audience in offered(sitting, asked) else asked.audience
    do = request.form.get("do")
    if do == "skip":
        answer: Said | Problem = SKIPPED
    else:
        answer = check(asked, *fields.read(asked, request.form, sitting.heard), sitting.heard)
    more, before = adding.asked_for(sitting.found, asked), sitting.said.get(asked.id)
    if isinstance(answer, Problem):
        if not more:
            return answer
        more.problem, answer = answer, before.answer if before else Said()  # a drawing isn't lost for it
    if before and (asked.kind == "people" or not answer.skipped):
        answer = fields.carried(asked, answer, before.answer, sitting.heard)
    leaving = do == "back" or do in AWAY or pairs.step_asked() is not None
    if asked.kind == "information" or (before is None and answer.empty and not more.left and leaving):
        return more.problem
    if answer.empty and not answer.skipped and not more.left:
        if more.problem:
            return more.problem
        answer = SKIPPED
    typed_by = helped.typed_by(sitting.said, asked)
    if more or not answering.same(before, answer, audience, typed_by):
        key = visits.response_key(home.vault, sitting.found)
        said = answering.saying(key, sitting.found.row.response_id, asked.id, answer, audience, typed_by)
        with home.db.keeping() as s:
            version = answering.record(
                s, sitting.found, said, now=home.clock(), language=language(), wording=looks.wording(),
                channel=CHANNEL if sitting.found.row.paper_id else "web",
            )  # fmt: skip
            adding.keep(s, key, sitting.found, asked.id, more)
        if not sitting.found.resting and home.clock() - sitting.found.row.seen_at >= answering.SEEN_EVERY:
            visiting.signs_of_life()
        sitting.said[asked.id] = visits.Said(answer, audience, version, said.typed_by)
    return more.problem


def offered(sitting: Sitting, asked: Question) -> tuple[str, ...]:
    """Who may be let see this answer. An adult's most private ones are promised not to be told to the others there."""
    return AUDIENCES[:2] if asked.private and sitting.booklet.who != "child" else AUDIENCES


def _following(sitting: Sitting, asked: Question) -> str:
    """The address after this question: the next one, or the check page, to which a change returns."""
    do = request.form.get("do", "")
    if do in AWAY:
        return url_for(AWAY[do])
    answers, path = sitting.answers, sitting.path
    if journey.waits_for(sitting.booklet, asked.id) or not sitting.question(asked.id):
        path = journey.path(sitting.booklet, answers, sitting.context)
    if not any(q.id == asked.id for q in path):
        return url_for(".home")
    step = pairs.step_asked()
    if step is not None or pairs.words_to_come(asked):
        return url_for(".question", question_id=asked.id, step=step, back=request.form.get("back"))
    if do == "add":
        last = pairs.LAST if looks.look().choices == "two" else None
        return url_for(".question", question_id=asked.id, step=last, _anchor="new")
    leg = journey.leg(sitting.booklet, path, asked.id)
    if do == "back":
        position = [q.id for q in leg.questions].index(asked.id)
        return url_for(".question", question_id=leg.questions[max(0, position - 1)].id)
    if request.form.get("back") == "check":
        opened = [q for q in path if q.id not in answers and q.only_if and q.only_if.question == asked.id]
        return (
            url_for(".question", question_id=opened[0].id, back="check")
            if opened
            else url_for(".check", at=asked.id, _anchor=asked.id)
        )
    return _next_address(leg, asked)


def sayer(context: Context) -> Any:
    """Translate an English text of the booklet and fill in its names."""
    translated = catalogue().gettext
    return lambda text: fill(translated(text), context.names) if text else ""


def _page(sitting: Sitting, asked: Question, said: visits.Said | None, problem: Problem | None = None) -> str:
    leg = journey.leg(sitting.booklet, sitting.path, asked.id)
    ids = [q.id for q in leg.questions]
    position = ids.index(asked.id) if asked.id in ids else 0
    numbered = [q.id for q in leg.questions if q.kind != "information"]
    place = numbered.index(asked.id) + 1 if asked.id in numbered else 0
    view: Shown = shown(
        asked, said.answer if said else None, sitting.context, sayer(sitting.context), looks.wording()
    )
    pictures = _pictures(sitting, asked)
    answered = bool(pictures or (said and not said.answer.empty)) and not problem
    return render_template(
        "respond/question.html", q=asked, view=view, problem=problem, place=place, of=len(numbered),
        bad=fields.concerned(asked, problem, view, said.answer) if problem and said else "",
        whose=g.whose, called=sitting.context.names.get("child", ""),
        alone=next((view.choices[n].text for n, o in enumerate(getattr(asked, "options", ())) if o.alone), ""),
        answered=answered, pictures=pictures,
        before=leg.questions[position - 1] if position else None,
        extra=leg.extra.title if leg.extra else "",
        following=_next_address(leg, asked) if asked.kind == "information" else "",
        back=(request.form if request.method == "POST" else request.args).get("back", ""),
        see=said.audience if said else asked.audience, row=sitting.found.row,
        narrow=int(len(offered(sitting, asked)) < len(AUDIENCES)),
        typed=helped.chosen(sitting.said, asked),
        pair=None if problem else pairs.pair(asked, view), one=None if problem else pairs.one(asked, view),
        voice=media.voice(language(), sitting.booklet.id, asked.id),
        signing=media.signing(sitting.booklet.id, asked.id),
    )  # fmt: skip


def _pictures(sitting: Sitting, asked: Question) -> list[adding.Shown]:
    if not asked.may_add:
        return []
    with house().db.looking() as s:
        return adding.shown(s, sitting.found, sitting.booklet).get(asked.id, [])


def _next_address(leg: journey.Leg, asked: Question) -> str:
    """The next question of the leg. After the core, as after each extra section, comes the check page."""
    after = journey.after(leg.questions, asked.id)
    return url_for(".question", question_id=after.id) if after else url_for(".check")


def touch(found: visits.Standing) -> None:
    """A page view is a sign of life, now and then."""
    home = house()
    if home.clock() - found.row.seen_at >= visits.TOUCH_EVERY:
        with home.db.writing() as s:
            visits.touch(s, found.row.visit_id, home.clock())
        visiting.signs_of_life()

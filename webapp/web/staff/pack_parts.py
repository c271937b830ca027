"""The parts of a pack as plain data for the typesetter: each says only what may go as far as its sheets do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from webapp.i18n import gettext as _
from webapp.review.matters import DECISIONS
from webapp.review.sharing import SHARES, Share, share, share_of_wish
from webapp.services.looking_prepared import Prepared
from webapp.services.looking_records import Paper, Shown, Voice
from webapp.services.review_paper import Line, Words, blocks, fates, line, needs_a_look, speakers
from webapp.web.staff import preparing_words, words
from webapp.web.staff.record import fate_of

Data = dict[str, Any]
Told = tuple[Voice, Paper, Shown]
ALONE: tuple[Share, ...] = ("alone",)
GRIDS = frozenset(question for _booklet, question in DECISIONS)


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of one pack that may go so far and no further."""

    prep: Prepared
    shares: Collection[Share]
    names: bool = True
    """Adults by name; else by their part alone: not everybody at the table may know a carer's name."""

    def parts(self) -> list[Data]:
        """Everything on them, in the order of the page; a part with nothing in it is left out."""
        found = [
            self._communication(), self._wants(), self._asked(), self._last(), self._compared(), self._since(),
            *self._views(),
        ]  # fmt: skip
        return [part for part in found if part["groups"]]

    def _told(self) -> Iterator[Told]:
        for voice in self.prep.page.voices:
            for paper in voice.papers:
                for part in paper.headings.values():
                    for shown in part:
                        yield voice, paper, shown

    def _far(self, paper: Paper, shown: Shown) -> Share:
        who = paper.record.respondent.who
        return share(shown.item, who, speakers(self.prep), flagged=needs_a_look(shown))

    def _items(self, told: Iterable[Told]) -> list[Data]:
        lines = [(voice, line(shown.item, self._far(paper, shown))) for voice, paper, shown in told]
        return [item(one, self._adult(voice)) for voice, one in lines if one.share in self.shares]

    def _adult(self, voice: Voice) -> str:
        """Who speaks, where it isn't the child."""
        return "" if voice.who == "child" else self._called(voice.name, voice.role)

    def _called(self, name: str, role: str) -> str:
        part = words.say(words.ROLES, role)
        return f"{name}, {part}" if self.names else part

    def _communication(self) -> Data:
        told = [(v, p, s) for v, p, s in self._told() if any(s is one for one in p.communication)]
        head = self.prep.page.head
        found = self._items(told)
        if head.communication and "social_worker" in self.shares:
            found.insert(0, plain(_("From the case system"), [head.communication]))
        return part(_("How %(name)s says yes and no", name=head.known_as), found)

    def _wants(self) -> Data:
        top = self.prep.page.wanted.words
        told = [(v, p, s) for one in top for v, p, s in self._told() if s is one]
        return part(_("What %(name)s wants", name=self.prep.page.head.known_as), self._items(told))

    def _asked(self) -> Data:
        decided = {id(one.wish): one for one in fates(self.prep)}
        found = []
        for one in [*self.prep.people, *(one for _kind, several in self.prep.rest for one in several)]:
            wish = one.wishes[0]
            if share_of_wish(wish) not in self.shares:
                continue
            rows = [row for each in one.wishes for row in each.said.rows]
            asked = wish.name if wish.kind == "who" else _of(wish.kind)
            chosen = [c.label_staff for each in one.wishes for c in each.said.choices]
            if wish.kind == "who":
                chosen = [words.say(words.COMES, wish.come)] + ([_("part only")] if rows[0].part_only else [])
            else:
                chosen += [_row(row) for row in rows]
            fate = decided.get(id(wish))
            typed = [text for row in rows for text in (row.which_part, row.words) if text]
            typed += [each.said.words for each in one.wishes if each.said.words]
            found.append(
                {"asked": asked, "lines": [words.neat("; ".join(chosen))] if chosen else [],
                 "words": [{"text": text, "lang": wish.language} for text in typed],
                 "seen": _("Decided: %(what)s", what=fate_of(fate)) if fate else ""}
            )  # fmt: skip
        return part(_("Who, where, when and how: asked, and decided"), found)

    def _last(self) -> Data:
        found = (
            [plain("", [one.text]) for one in self.prep.page.decisions] if "everyone" in self.shares else []
        )
        told = [(v, p, s) for v, p, s in self._told() if s.item.question in GRIDS and s.item.kind == "grid"]
        return part(_("Last time’s decisions"), found + self._items(told))

    def _compared(self) -> Data:
        far = {id(s.item): self._far(p, s) for _v, p, s in self._told()}
        found = []
        for one in self.prep.compared:
            if max((far[id(s.item)] for s in one.said), key=SHARES.index) not in self.shares:
                continue
            asked = words.say(preparing_words.MATTERS, one.matter)
            verdict = words.say(preparing_words.VERDICTS, one.verdict)
            said = [
                f"{self._adult(s.who) or s.who.name}: {'; '.join(c.label_staff for c in s.item.answer.choices)}"
                for s in one.said
            ]
            found.append(plain(f"{asked}: {verdict}", said))
        return part(_("Where they agree and where they differ"), found)

    def _since(self) -> Data:
        found = []
        for one in self.prep.since:
            who = one.paper.record.respondent.who
            now = {s.item.question: self._far(p, s) for _v, p, s in self._told() if p is one.paper}
            for change in one.changes:
                first = change.question in one.look_first
                then = (
                    share(change.before, who, speakers(self.prep), flagged=first)
                    if change.before
                    else "everyone"
                )
                far = max(then, now.get(change.question, "everyone"), key=SHARES.index)
                if far in self.shares:
                    found += list(_change(self._adult(one.voice), change.how, change.before, change.now, far))
        return part(_("Since last time"), found)

    def _views(self) -> list[Data]:
        top = self.prep.page.wanted.words

        def elsewhere(shown: Shown) -> bool:
            grid = shown.item.kind == "grid" and shown.item.question in GRIDS
            return shown.apart or grid or any(shown is one for one in top)

        found = []
        for block in blocks(self.prep, elsewhere):
            groups = []
            for speaker, lines in block.only(self.shares):
                name = speaker.name if speaker.who == "child" else self._called(speaker.name, speaker.role)
                if speaker.who == "observer":
                    name = _("%(name)s: seen, not said", name=name)
                groups.append({"title": name, "items": [item(one) for one in lines]})
            found.append({"title": words.say(words.HEADINGS, block.heading), "groups": groups})
        return found


def alone(prep: Prepared) -> list[Data]:
    """What stands on the officer's own sheets and nowhere else: whom to take care of, and every private reason."""
    seats = []
    for seat in prep.seats:
        why = words.say(preparing_words.SEATS, seat.why)
        name = seat.wish.name if seat.wish else seat.spoken.who.name if seat.spoken else ""
        seats.append(plain(name, [why]))
    everything = Sheets(prep, SHARES)
    reasons = []
    for voice, paper, shown in everything._told():
        found = line(shown.item, everything._far(paper, shown))
        if found.reasons:
            reasons.append(
                item(
                    replace(found, chosen=(), typed=found.reasons, share="everyone"), everything._adult(voice)
                )
            )
    parts = [part(_("Who sits with whom"), seats), part(_("Private reasons"), reasons)]
    return [one for one in [parts[0], *Sheets(prep, ALONE).parts(), parts[1]] if one["groups"]]


def _of(kind: str) -> str:
    return _("Not in front of everyone") if kind == "not_in_front" else words.say(words.WISHES, kind)


def part(title: str, items: list[Data]) -> Data:
    """A part without groups of its own."""
    return {"title": title, "groups": [{"title": "", "items": items}] if items else []}


def plain(asked: str, lines: list[str]) -> Data:
    """Words of ours."""
    return {"asked": words.neat(asked), "lines": [words.neat(one) for one in lines], "words": [], "seen": ""}


def item(one: Line, adult: str = "") -> Data:
    """One answer; with who said it where that isn't the heading above."""
    whose = f"{adult}: " if adult else ""
    narrow = _("For the IRO and the social worker.") if one.share == "social_worker" else ""
    return {
        "asked": whose + words.neat(one.asked), "lines": [words.neat(text) for text in one.chosen],
        "words": [_typed(text) for text in one.typed], "seen": narrow,
    }  # fmt: skip


def _typed(one: Words) -> Data:
    return {"text": one.text, "lang": one.language}


def _row(row: Any) -> str:
    chosen = ", ".join(choice.label_staff for choice in row.choices)
    return f"{row.label_staff}: {chosen}" if row.label_staff and chosen else chosen or row.label_staff


def _change(adult: str, how: str, before: Any, now: Any, far: Share) -> Iterator[Data]:
    """The question, and what was said to it then and now."""
    marked = words.say(preparing_words.CHANGES, how)
    for when, one in ((_("Last time"), before), (_("Now"), now)):
        if one is not None:
            found = item(line(one, far), adult)
            yield {**found, "asked": f"{found['asked']} ({marked}). {when}:"}

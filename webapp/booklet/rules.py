"""What a booklet must keep beyond the shape of its parts: rules that a reader or a channel relies on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from webapp.booklet.definition import BLANKS, Base, Booklet, Fault, Option
from webapp.booklet.wording import BLANK

SMS_AT_MOST = 160
"""Characters of one text message in GSM-7; the choices are counted apart."""

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
"""The characters of GSM 03.38 with its extension table; one outside them makes a message cost double."""

NEEDS_KIND = {"who": "people", "where": "place", "when": "times"}
"""Wishes whose answer has a shape of its own in the invite choices."""

BRACE = re.compile(r"[{}]")


def broken(booklet: Booklet, pictures: Collection[str] | None = None) -> Iterator[Fault]:
    """Everything in this booklet that breaks a rule; `pictures`: the names there are, None where unknown."""
    for text in (booklet.title, booklet.summary, *(section.title for section in booklet.sections)):
        yield from _blanks("", "title", text)
    yield from _extras(booklet)
    for question in booklet.questions:
        yield from _wish(booklet, question)
        yield from _words(question, question.id, "")
        yield from _picture(question, question.id, "", pictures)
        for group in ("options", "topics"):
            for n, option in enumerate(getattr(question, group, ())):
                yield from _words(option, question.id, f"{group}.{n}.")
                yield from _picture(option, question.id, f"{group}.{n}.", pictures)


def _extras(booklet: Booklet) -> Iterator[Fault]:
    """Extra sections stand last, so that the core is a path of its own and never waits for one of them.

    Their titles stand in parts of pages that are kept for everybody, so no name may be in one.
    """
    core = [n for n, section in enumerate(booklet.sections) if not section.extra]
    if not core:
        yield Fault("", "sections.0.extra", "stands on every section, so nothing is asked of everyone")
    for n, section in enumerate(booklet.sections):
        if section.extra and core and n < core[-1]:
            yield Fault("", f"sections.{n}.extra", "stands before a section that is not extra")
        if section.extra and BLANK.search(section.title):
            yield Fault("", f"sections.{n}.title", "leaves a blank, and an extra section's title can't")


def _wish(booklet: Booklet, question: Base) -> Iterator[Fault]:
    if question.wish and booklet.record != "invite_choices":
        yield Fault(question.id, "wish", "belongs to a booklet whose record is invite_choices")
    if question.wish and question.kind == "information":
        yield Fault(question.id, "wish", "can't stand on a question that asks nothing")
    if question.may_add and question.kind == "information":
        yield Fault(question.id, "may_add", "can't stand on a question that asks nothing")
    needed = NEEDS_KIND.get(question.wish or "")
    if needed and question.kind != needed:
        yield Fault(question.id, "wish", f"{question.wish!r} goes with kind: {needed}")


def _words(part: Base | Option, question_id: str, before: str) -> Iterator[Fault]:
    for key in ("text", "easy", "sms", "hint", "why", "more", "row_more"):
        if text := getattr(part, key, None):
            yield from _blanks(question_id, before + key, text)
    if sms := part.sms:
        if len(sms) > SMS_AT_MOST:
            yield Fault(
                question_id, before + "sms", f"is longer than one text message ({SMS_AT_MOST} characters)"
            )
        if outside := sorted(set(sms) - GSM7):
            yield Fault(
                question_id, before + "sms", f"holds {outside}, which a plain text message can't carry"
            )


def _blanks(question_id: str, key: str, text: str) -> Iterator[Fault]:
    if unknown := sorted(set(BLANK.findall(text)) - set(BLANKS)):
        yield Fault(question_id, key, f"leaves a blank for {unknown}; there are names for {list(BLANKS)}")
    if BRACE.search(BLANK.sub("", text)):
        yield Fault(question_id, key, "has a brace that is no blank")


def _picture(
    part: Base | Option, question_id: str, before: str, there: Collection[str] | None
) -> Iterator[Fault]:
    if part.picture and there is not None and part.picture not in there:
        yield Fault(question_id, before + "picture", f"{part.picture!r} is not among the pictures")

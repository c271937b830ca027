"""What is sent to ask one thing: a text message, or a WhatsApp message with buttons or a list beside the numbers.

Everything can always be answered by number or in words. WhatsApp's limits: 3 buttons of 20 characters; a list of 10
items of 24 characters, 72 for what stands below; 1,024 in the body beside either
(the provider's documentation, "Content types").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from webapp.booklet.wording import Translate
from webapp.chat import phrases
from webapp.chat.parts import AT_MOST, straighten
from webapp.chat.phrases import Phrase, say
from webapp.chat.reading import Choice, Kind
from webapp.chat.steps import Step

Channel = Literal["sms", "whatsapp"]
BUTTONS, BUTTON = 3, 20
ITEMS, ITEM, BELOW, BODY = 10, 24, 72, 1024
PRESSED: tuple[Kind, ...] = ("yes_no", "pick_one", "scale", "date_choice")
"""The kinds where one press says all: where several may be chosen, a press would cut the others off."""

SIMPLY: dict[Kind, Phrase] = {
    "yes_no": phrases.ONE_NUMBER,
    "pick_one": phrases.ONE_NUMBER,
    "scale": phrases.ONE_NUMBER,
    "date_choice": phrases.ONE_NUMBER,
    "pick_many": phrases.SOME_NUMBERS,
    "free_text": phrases.IN_WORDS,
    "date": phrases.A_DAY,
    "time": phrases.A_TIME,
}


@dataclass(frozen=True, slots=True)
class Out:
    """One message to send. Buttons and items stand beside the text, in the order of the choices, number first."""

    text: str
    buttons: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    """Title and what stands below it."""


def ask(
    step: Step,
    *,
    channel: Channel,
    translate: Translate,
    repeat: int = 0,
    before: str = "",
    after: str = "",
    adult: bool = False,
) -> list[Out]:
    """The messages that ask this step, as a rule one.

    `repeat`: 1 asks more simply, 2 with an example. `before` and `after` stand in the same message: a welcome, words to
    read, the safe words. That costs less than a message of their own.
    """
    asked = step.easy if repeat and step.easy else step.asked.text
    listed = _listed(step) if repeat or not step.again else ()
    lines = [
        before,
        *_sorry(step, repeat, translate),
        asked,
        *(f"{n} {choice.text}" for n, choice in enumerate(listed, start=1)),
        *_tips(step, repeat, translate, adult),
        after,
    ]
    text = straighten("\n".join(line for line in lines if line))
    if channel == "whatsapp" and step.asked.kind in PRESSED and len(text) <= BODY:
        return [_pressable(text, listed)]
    marks = text.count("\n") + 1  # what `i18n.begun_from_the_right` may add
    return [Out(part) for part in split(text, AT_MOST - marks)]


def _listed(step: Step) -> Sequence[Choice]:
    return step.asked.choices if step.show is None else step.asked.choices[: step.show]


def _sorry(step: Step, repeat: int, translate: Translate) -> Iterator[str]:
    if repeat:
        sorry = say(phrases.AGAIN if repeat == 1 else phrases.STILL_NOT, translate)
        yield f"{sorry} {say(SIMPLY[step.asked.kind], translate)}"


def _tips(step: Step, repeat: int, translate: Translate, adult: bool) -> Iterator[str]:
    """What may be done here, beside sending a number."""
    if repeat > 1 and (example := _example(step, translate)):
        yield example
    if repeat > 0:
        yield say(phrases.OR_SKIP, translate)
    elif step.way == "people":
        yield say(phrases.WHO_COMES, translate)
    elif step.way == "refuse":
        yield say(phrases.SAME_NUMBERS if step.again else phrases.REFUSE, translate)
    elif step.asked.kind == "pick_many":
        yield say(phrases.MANY, translate)
    if step.private and not repeat:
        yield say(phrases.PRIVATE, translate, adult=adult)


def _example(step: Step, translate: Translate) -> str:
    """A reply that would be understood: with the last choices, so that it doesn't push towards the first."""
    choices, kind = _listed(step), step.asked.kind
    if kind in ("date", "time"):
        return say(phrases.LIKE_DAY if kind == "date" else phrases.LIKE_TIME, translate)
    if len(choices) > 1 and kind == "pick_many":
        last = len(choices)
        return say(
            phrases.LIKE_NUMBERS, translate, choice=choices[-2].text, other=choices[-1].text, number=last - 1,
            other_number=last,
        )  # fmt: skip
    if choices:
        return say(phrases.LIKE_NUMBER, translate, choice=choices[-1].text, number=len(choices))
    return ""


def _pressable(text: str, choices: Sequence[Choice]) -> Out:
    if 0 < len(choices) <= BUTTONS:
        return Out(text, buttons=_buttons(choices))
    if 0 < len(choices) <= ITEMS:
        return Out(text, items=tuple(_item(n, choice.text) for n, choice in enumerate(choices, start=1)))
    return Out(text)


def _buttons(choices: Sequence[Choice]) -> tuple[str, ...]:
    """The words whole rather than numbers and a stump: the number goes with the press anyway."""
    titles = [f"{n} {choice.text}" for n, choice in enumerate(choices, start=1)]
    if any(len(title) > BUTTON for title in titles):
        titles = [choice.text for choice in choices]
    return tuple(_cut(title, BUTTON) for title in titles)


def _item(number: int, text: str) -> tuple[str, str]:
    """A title that fits; where it doesn't, the whole words below it."""
    title = f"{number} {text}"
    return (title, "") if len(title) <= ITEM else (_cut(title, ITEM), _cut(text, BELOW))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "."


def split(text: str, most: int) -> Iterator[str]:
    """The text in messages that the provider takes, parted at a line or, where a line is too long, at a space."""
    while len(text) > most:
        at = max(text.rfind("\n", 0, most), 0) or max(text.rfind(" ", 0, most), 0) or most
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    if text:
        yield text

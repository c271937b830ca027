"""Buttons and lists on WhatsApp, as the provider wants them: content made once per shape, filled for each message.

Inside the 24 hours they need no approval (https://www.twilio.com/docs/content/twilio-quick-reply and
.../twiliolist-picker): up to three buttons of 20 characters, or ten items of 24 with 72 to explain each, under 1,024
characters. What is made there holds blanks only, so no name and no question of ours stays with the provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.messaging.port import Outgoing

BUTTONS, BUTTON = 3, 20
ITEMS, ITEM, EXPLAINED = 10, 24, 72
BODY = 1024
LIST_TITLE = "..."
"""What opens a list where nobody gave words for it: no language is guessed."""


@dataclass(frozen=True, slots=True)
class Content:
    """One message with something to press."""

    name: str
    """Of the shape: the same for all messages that have it."""
    types: Mapping[str, Any]
    variables: Mapping[str, str]


def content(outgoing: Outgoing) -> Content | None:
    """What to send with something to press; None where plain text says it all, or the rules of WhatsApp don't fit."""
    if not outgoing.body or len(outgoing.body) > BODY:
        return None
    if _fair(outgoing.buttons, BUTTONS, BUTTON):
        return _buttons(outgoing)
    titles = tuple(title for title, _ in outgoing.items)
    if _fair(titles, ITEMS, ITEM) and all(len(more) <= EXPLAINED for _, more in outgoing.items):
        return _list(outgoing)
    return None


def _fair(titles: tuple[str, ...], most: int, longest: int) -> bool:
    return (
        0 < len(titles) <= most
        and all(0 < len(title) <= longest for title in titles)
        and len(set(titles)) == len(titles)
    )


def _buttons(outgoing: Outgoing) -> Content:
    count = len(outgoing.buttons)
    actions = [
        {"type": "QUICK_REPLY", "title": f"{{{{{n + 1}}}}}", "id": str(n)} for n in range(1, count + 1)
    ]
    filled = {str(n): text for n, text in enumerate((outgoing.body, *outgoing.buttons), 1)}
    return Content(
        f"myreview_buttons_{count}", {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}, filled
    )


def _list(outgoing: Outgoing) -> Content:
    explained = all(more for _, more in outgoing.items)
    step = 2 if explained else 1
    items, filled = [], {"1": outgoing.body, "2": (outgoing.list_title or LIST_TITLE)[:BUTTON]}
    for n, (title, more) in enumerate(outgoing.items):
        first = 3 + step * n
        item = {"item": f"{{{{{first}}}}}", "id": str(n + 1)}
        filled[str(first)] = title
        if explained:
            item["description"] = f"{{{{{first + 1}}}}}"
            filled[str(first + 1)] = more
        items.append(item)
    name = f"myreview_list_{len(items)}{'_explained' if explained else ''}"
    return Content(name, {"twilio/list-picker": {"body": "{{1}}", "button": "{{2}}", "items": items}}, filled)

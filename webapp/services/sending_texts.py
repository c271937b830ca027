"""The words of what goes to a phone: fixed, the same for everybody who is asked, and nothing in them about anybody."""

from __future__ import annotations

from config import Authority
from webapp.chat import phrases
from webapp.chat.phrases import Phrase
from webapp.documents.notices import Template
from webapp.i18n import translations

WORDS: dict[Template, Phrase] = {
    "invite": phrases.INVITATION,
    "remind": phrases.REMINDER,
    "after": phrases.AFTERWARDS,
    "reset": phrases.NEW_LINK,
    "told": phrases.TOLD,
    "tomorrow": phrases.TOMORROW,
    "letter": phrases.LETTER,
    "halfway": phrases.HALFWAY,
    "outcome": phrases.OUTCOME,
    "answered": phrases.ANSWERED,
    "cancelled": phrases.CANCELLED,
}


def text(
    template: Template, authority: Authority, *, language: str, who: str, link: str, time: str = ""
) -> str:
    """One message as a text. `language` is one that they can be asked in; `link` is empty where there is no page to
    lead to; `time` is when tomorrow's meeting begins.
    """
    translate = translations(language, adult=who != "child").gettext
    blanks = phrases.numbers(authority, language)
    said = [
        phrases.say(phrase, translate, adult=who != "child", link=link, time=time, **blanks)
        for phrase in (WORDS[template], *([phrases.LINK] if link else []))
    ]
    return "\n".join(said)

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
}


def text(template: Template, authority: Authority, *, language: str, who: str, link: str) -> str:
    """An invitation, a reminder or a new link as a text message. `language` is one that they can be asked in."""
    translate = translations(language).gettext
    blanks = phrases.numbers(authority, language)
    said = [
        phrases.say(phrase, translate, adult=who != "child", link=link, **blanks)
        for phrase in (WORDS[template], phrases.LINK)
    ]
    return "\n".join(said)

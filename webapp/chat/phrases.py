"""Everything that a text message says beside the booklets' own words, by name.

Each is plain GSM 03.38 in English and at most two parts, most of them one; where it says something else to an adult,
those words stand in `adult_phrases`. Nothing here tells a stranger whose phone it is: what is said before somebody is
recognised is the same for every number. Blanks: `numbers`, `COMMANDS`, and what each phrase's own words name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from config import Authority
from webapp.booklet.wording import N_, Translate
from webapp.chat import adult_phrases as adults
from webapp.chat.parts import straighten


class Phrase(NamedTuple):
    """Words for a child, or for everyone; and for an adult, where they differ."""

    text: str
    adult: str = ""


# Translators: the word to send, in small letters; the best known of those that mean it.
COMMANDS: dict[str, str] = {
    "back": N_("back"), "skip": N_("skip"), "save": N_("save"), "menu": N_("menu"), "change": N_("change"),
    "check": N_("check"), "link": N_("link"),
}  # fmt: skip
"""Words that steer, filled into every phrase in capitals. None is one that a provider of text messages keeps."""

# Before anybody is recognised: nothing private, and the same whoever reads it.
INVITATION = Phrase(N_(
    "Hello from %(unit)s, %(council)s. A meeting is coming up. You can say what you want by text. "
    "To begin, send 1. Not for you? Send 2."
))  # fmt: skip
REMINDER = Phrase(N_(
    "Hello from %(unit)s, %(council)s. You can still say what you think before the meeting. "
    "To begin or go on, send 1. Not for you? Send 2. We send this to everyone."
))  # fmt: skip
AFTERWARDS = Phrase(N_(
    "Hello from %(unit)s, %(council)s. There was a meeting. How was it for you? To begin, send 1. Not for you? Send 2."
))  # fmt: skip
TOLD = Phrase(N_("Hello from %(unit)s, %(council)s. There is an answer for you about the meeting."))
TOMORROW = Phrase(N_(
    "Hello from %(unit)s, %(council)s. The meeting is tomorrow at %(time)s. Your web page says where."
))  # fmt: skip
LETTER = Phrase(N_("Hello from %(unit)s, %(council)s. There is a letter for you about the meeting."))
HALFWAY = Phrase(N_(
    "Hello from %(unit)s, %(council)s. Some things were agreed at the last meeting. Have they happened? Please tell us."
))  # fmt: skip
OUTCOME = Phrase(
    N_("Hello from %(unit)s, %(council)s. A meeting has taken place. There is something for you to read.")
)
ANSWERED = Phrase(N_("Hello from %(unit)s, %(council)s. There is something new for you to read."))
CANCELLED = Phrase(N_(
    "Hello from %(unit)s, %(council)s. The meeting that we told you about is not happening. "
    "To know more, ring us: %(unit_phone)s."
))  # fmt: skip
BEGIN = Phrase(N_("Begin"))
NOT_FOR_ME = Phrase(N_("Not for me"))
CONSENT = Phrase(N_(
    "Texts stay on this phone. The IRO, who runs the meeting, reads them. "
    "If someone may be hurt, people who keep you safe may too, before you send."
))  # fmt: skip
ASK_BIRTHDAY = Phrase(N_("To be sure it's you: send your birthday, like 5 March."))
ASK_POSTCODE = Phrase(N_("To be sure it's you: what is your postcode?"))
ASK_WORD = Phrase(N_("To be sure it's you: what is the word that the Review team gave you?"))
ASK_ANY_FACT = Phrase(N_(
    "To be sure it's you: send your birthday, like 5 March. Or send your postcode. "
    "Or send the word that we gave you."
))  # fmt: skip
WRONG_FACT = Phrase(N_("That isn't what we have. Please try again, or ring the Review team: %(unit_phone)s."))
LOCKED = Phrase(N_("I can't check that now. Please try later, or ring the Review team: %(unit_phone)s."))
WHICH_CHILD = Phrase(N_("Which child is this about? Send the first letter of their first name."))
WHO_ARE_YOU = Phrase(N_("Who is texting? For a child or young person, send 1. For an adult, send 2."))
UNKNOWN_NUMBER = Phrase(N_(
    "This is a computer at %(unit)s, %(council)s. I can't help with this text. Please ring %(unit_phone)s. "
    "In danger? Ring %(emergency)s. %(childline_name)s: %(childline)s."
))  # fmt: skip
WRONG_NUMBER = Phrase(N_("Sorry, and thank you for telling us. We won't text you about this again."))
WRONG_PERSON = Phrase(N_("Thank you for telling us. We won't text you about this again."))
STOPPED = Phrase(N_("OK. We won't text you any more. Your web link still works. To come back, send START."))
STARTED = Phrase(N_("Welcome back. We can text you again. To go on, send 1."))
STARTED_AGAIN = Phrase(N_("Welcome back. We can text you again."))
CLOSED = Phrase(N_("This is closed now. For questions, ring the Review team: %(unit_phone)s."))
NOT_HERE = Phrase(N_("You can't use this one here. Please send a text message (SMS), or use your web link."))
CANT_RECORD = Phrase(N_("Something went wrong, and that was not saved. Please send it again."))

# Keeping safe: true, and said in full.
SAFE_WORDS = Phrase(
    N_("In danger? Ring %(emergency)s. %(childline_name)s: %(childline)s. Duty team: %(day_phone)s. "
       "Nights and weekends: %(night_phone)s."),
    adults.SAFE_WORDS,
)  # fmt: skip
HELP = Phrase(N_("I'm a computer, and nobody reads this line all the time. These people can help now."))
HELP_TOLD_OPEN = Phrase(N_(
    "We are telling people whose job is to keep you safe. The duty team is at work today. I'm a computer. "
    "Please ring, too."
))  # fmt: skip
HELP_TOLD_CLOSED = Phrase(N_(
    "We are telling the duty team, but their office is closed now. They may not read it soon. I'm a computer. "
    "Please ring."
))  # fmt: skip
HELP_NUMBERS = Phrase(N_(
    "In danger: %(emergency)s. %(childline_name)s: %(childline)s. Duty team: %(day_phone)s. "
    "Nights and weekends: %(night_phone)s. On your side: %(advocate_name)s, %(advocate)s."
))  # fmt: skip
INFO = Phrase(
    N_("This is a computer at %(unit)s, %(council)s. It asks people what they think before a meeting.")
)

# On the way.
RECOGNISED = Phrase(
    N_(
        "Thank you. I ask one thing at a time. Say it your way. Or send %(skip)s, %(back)s, %(save)s or %(menu)s."
    ),
    adults.RECOGNISED,
)
WELCOME_BACK = Phrase(N_("Hello again. You have done %(done)s of about %(all)s. This was next:"))
PRIVATE = Phrase(N_("Or use your web page, or tell your IRO."), adults.PRIVATE)
MANY = Phrase(N_("Pick one or more."))
# Translators: NOT is a word to send: the plainest one for "not", in capitals where there are any.
WHO_COMES = Phrase(N_("Send numbers. Don't want someone? Send NOT and their number."))
REFUSE = Phrase(N_("Send numbers, or %(skip)s."))
HAS_TO_COME = Phrase(N_("must come"))
# Translators: NO is a word to send, the plainest one.
ANYONE_ELSE = Phrase(N_("Do you want anyone else there? Send a name, or NO."))
WHO_ELSE = Phrase(N_("Who do you want there? Send a name, or NO."))
NOBODY = Phrase(N_("no one"))
WHERE_NOT = Phrase(N_("Where must it NOT be?"))
WHEN_NOT = Phrase(N_("What is a BAD time?"))
SAME_NUMBERS = Phrase(N_("Send the same numbers, or %(skip)s."))
OTHER_QUESTION = Phrase(N_("Which one did you mean? Here is the last question again."))
CHANGED_ON_THE_PAGE = Phrase(
    N_("You have answered this on your web page since. Is that one right, or this text?")
)
KEEP_THE_PAGE = Phrase(N_("Keep the web page"))
TAKE_THE_TEXT = Phrase(N_("Take this text"))
NO_QUESTION = Phrase(N_("There is no question now. To see what you can do, send %(menu)s."))

# Not understood.
AGAIN = Phrase(N_("Sorry, I didn't get that."))
STILL_NOT = Phrase(N_("Sorry, I still don't get it."))
ONE_NUMBER = Phrase(N_("Please send one number."))
SOME_NUMBERS = Phrase(N_("Please send the numbers that you want."))
IN_WORDS = Phrase(N_("Please tell me in your own words."))
A_DAY = Phrase(N_("Please send a day and a month."))
A_TIME = Phrase(N_("Please send a time."))
LIKE_NUMBER = Phrase(N_("If you mean %(choice)s, send %(number)s."))
LIKE_NUMBERS = Phrase(N_("If you mean %(choice)s and %(other)s, send %(number)s %(other_number)s."))
LIKE_DAY = Phrase(N_("Like this: 5 March."))
LIKE_TIME = Phrase(N_("Like this: 4.30 pm."))
OR_SKIP = Phrase(N_("Or send %(skip)s."))
MOVED_ON = Phrase(N_("That's OK. I keep your words for your IRO. Let's go on."), adults.MOVED_ON)

# Steering.
SAVED = Phrase(
    N_("That is saved. It has not gone to your IRO yet. Come back any time: just send a text."), adults.SAVED
)
FIRST_ALREADY = Phrase(N_("This is the first question."))
MENU = Phrase(N_(
    "You can send %(skip)s, %(back)s, %(save)s, %(change)s, %(check)s, or %(link)s for your web page. "
    "You can ask: who reads this? When is it? Where? Who is coming?"
))  # fmt: skip
MENU_ANY_TIME = Phrase(N_(
    "At any time you can send: I want an advocate. Or: I want to talk to my IRO. Or: I want my review sooner."
), adults.MENU_ANY_TIME)  # fmt: skip
ASK_ADVOCATE = Phrase(N_("An advocate is someone on your side. Shall we ask for one for you?"))
ASK_IRO = Phrase(N_("Shall we tell your IRO that you want to hear from them?"))
ASK_SOONER = Phrase(N_("Shall we tell your IRO that you want your review sooner?"), adults.ASK_SOONER)
ASK_DISAGREE = Phrase(N_("Shall we tell your IRO that you don't agree?"))
ASK_TALK = Phrase(N_("Shall we tell your IRO that you want to talk about it?"))
REQUESTED = Phrase(N_(
    "Your IRO gets it. It may take a few days. You can read the answer on your web page: send %(link)s."
), adults.REQUESTED)  # fmt: skip
REQUESTED_TOO_OFTEN = Phrase(N_("You asked 10 times today. All of it is kept. You can ask again tomorrow."))
LANGUAGES = Phrase(N_("You can have these languages. Send a number."))
# Translators: name your own language here, not English.
LANGUAGE_NOW = Phrase(N_("OK. From now on it's in English."))
"""Said in the new language: its translation names that language."""
NEW_LINK = Phrase(N_(
    "Your old web link has stopped working. Someone asked for a new one. Nothing is lost. "
    "Was it not you? Ring %(unit_phone)s."
))  # fmt: skip
LINK = Phrase(N_("Here is your web page. Please don't pass it on: %(link)s"))
MEDIA_REFUSED = Phrase(
    N_("Sorry, I can't take pictures, sounds or places here, and we don't keep them. Please use words.")
)
MEDIA_TAKEN = Phrase(N_("Thank you. I have kept that with your answer."))
MEDIA_TOO_BIG = Phrase(N_("Sorry, I couldn't take that one. It may be too big. You can use words."))

# Asked by them.
WHO_IS_THIS = Phrase(N_(
    "I'm a computer at %(unit)s, %(council)s. I ask what you think before a meeting. "
    "To talk to someone: %(unit_phone)s."
))  # fmt: skip
WHO_READS = Phrase(
    N_("Your IRO reads it first. Your social worker may see some of it. If someone may be hurt, or a judge asks, "
       "we may have to share it. We'll try to tell you first."),
    adults.WHO_READS,
)  # fmt: skip
WHEN_KNOWN = Phrase(N_("Your review is planned for %(day)s."), adults.WHEN_KNOWN)
WHEN_UNKNOWN = Phrase(
    N_("I don't know a day for your review yet. You can say what suits you."), adults.WHEN_UNKNOWN
)
WHERE_IT_IS = Phrase(
    N_(
        "I don't know the place. You can say what you want. The Review team can tell you more: %(unit_phone)s."
    ),
    adults.WHERE_IT_IS,
)
WHO_IS_COMING = Phrase(
    N_(
        "You say who you want. Your IRO settles who comes, and should tell you why if it isn't what you asked for."
    ),
    adults.WHO_IS_COMING,
)
HOW_MUCH_LEFT = Phrase(N_("There are about %(count)s questions left. You can stop and come back."))

# Check and send.
SAID_BY_TEXT = Phrase(N_("You said:"))
ON_THE_PAGE = Phrase(N_("said on the web page"))
OWN_WORDS = Phrase(N_("your words"))
NOT_THESE = Phrase(N_("Not: %(what)s"))
NOTHING_YET = Phrase(N_("You have said nothing yet."))
SEND_IT = Phrase(N_("Send it to your IRO"), adults.SEND_IT)
CHANGE_SOMETHING = Phrase(N_("Change something"))
MORE = Phrase(N_("Say more"))
WHAT_NOW = Phrase(N_("What now?"))
WHICH_PART = Phrase(N_("Which part?"))
WHICH_QUESTION = Phrase(N_("Which one?"))
NOTHING_MORE = Phrase(N_("No more"))
NOT_SENT_YET = Phrase(N_("It has not gone to your IRO yet."), adults.NOT_SENT_YET)
SENT = Phrase(
    N_("Sent. Thank you for telling us. Your IRO reads it before your review. They should tell you why if something "
       "can't happen. To change it, send %(change)s."),
    adults.SENT,
)  # fmt: skip
SENT_AFTER = Phrase(
    N_("Sent. Thank you. Your IRO reads it. It may help to make the next one better."), adults.SENT_AFTER
)
ONE_MORE = Phrase(N_("There is one more for you, if you want it: %(title)s"))
NOT_NOW = Phrase(N_("Not now"))
ANOTHER_TIME = Phrase(N_("That's fine. Come back to it any time: just send a text."))

RIGHT = ("R", "AL")
BLANK = re.compile(r"%\((\w+)\)s")


def say(phrase: Phrase, translate: Translate, *, adult: bool = False, **blanks: object) -> str:
    """This phrase in the reader's language, its blanks filled, quotes and dashes straight. A value that is given comes
    before the command of that name: an address before the word LINK.

    Raises KeyError where a blank has no value.
    """
    words = translate((phrase.adult if adult else "") or phrase.text)
    found = BLANK.findall(words)
    values = {
        name: str(blanks[name]) if name in blanks or name not in COMMANDS else _command(name, translate)
        for name in found
    }
    if _runs_from_the_right(words):
        # An address stays bare: a phone may take the mark behind it for a part of it.
        values = {
            name: value if name == "link" and name in blanks else f"\u2068{value}\u2069"
            for name, value in values.items()
        }
    return straighten(BLANK.sub(lambda blank: values[blank[1]], words))


def _command(name: str, translate: Translate) -> str:
    return translate(COMMANDS[name]).upper()


def _runs_from_the_right(text: str) -> bool:
    """True where the first letter of any script runs from the right: then a number with gaps needs marks around it."""
    return next((c in RIGHT for c in map(unicodedata.bidirectional, text) if c in (*RIGHT, "L")), False)


def numbers(authority: Authority, language: str = "en") -> Mapping[str, str]:
    """The blanks that the authority's settings fill: names in this language where its file has them."""
    words = authority.words.get(language, {}) if language != "en" else {}
    named = {
        "unit": authority.unit_name, "council": authority.name, "unit_phone": authority.unit_phone,
        "emergency": authority.emergency.phone, "childline_name": authority.childline.name,
        "childline": authority.childline.phone, "day_phone": authority.duty.day.phone,
        "night_phone": authority.duty.night.phone,
        "advocate_name": authority.advocate.name, "advocate": authority.advocate.phone,
    }  # fmt: skip
    return {name: words.get(value, value) for name, value in named.items()}

"""Codes in words, for staff pages. What is kept is a code; what is read is here, through the catalogues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from flask_babel import format_date, format_datetime

from webapp.booklet import wording
from webapp.clock import london
from webapp.house import house
from webapp.i18n import COVERS, gettext, language, ngettext, spoken
from webapp.i18n import lazy_gettext as _
from webapp.services.looking import Asked

ROLES = {
    "child": _("Child"), "parent": _("Parent"), "carer_foster": _("Foster carer"),
    "carer_connected": _("Connected carer"), "carer_residential": _("Residential key worker"),
    "adopter": _("Prospective adopter"), "observer": _("Observer"), "carer": _("Carer"),
    "social_worker": _("Social worker"), "teacher": _("Teacher"), "nurse": _("Nurse"),
    "supervising_social_worker": _("Supervising social worker"), "sibling": _("Brother or sister"),
    "grandparent": _("Grandparent"), "relative": _("Relative"), "advocate": _("Advocate"),
    "independent_visitor": _("Independent visitor"), "personal_adviser": _("Personal adviser"),
    "health_visitor": _("Health visitor"), "school_nurse": _("School nurse"), "camhs": _("CAMHS"),
    "designated_teacher": _("Designated teacher"), "previous_carer": _("Previous carer"),
    "youth_offending_worker": _("Youth offending worker"), "childrens_guardian": _("Children’s Guardian"),
    "interpreter": _("Interpreter"), "friend": _("Friend"), "other": _("Other person"),
    "iro": _("Reviewing officer"), "guest": _("Somebody invited to the meeting"),
}  # fmt: skip
STEPS = {
    "sent": _("sent"), "opened": _("opened, not sent"), "asked": _("asked, not opened"), "due": _("not asked yet"),
    "unreachable": _("can’t be reached"), "stopped": _("stopped"),
}  # fmt: skip
MARKS = {"sent": "✓", "opened": "…", "asked": "○", "due": "–", "unreachable": "!", "stopped": "×"}
"""A sign beside each step's words, so that a column can be scanned; never alone."""
REASONS = {
    "hold": _("the child is on hold"), "adult": _("18 or over"), "too_young": _("too young for this booklet"),
    "not_consulted": _("not to be consulted"), "no_contact": _("no contact allowed"),
    "person_hold": _("this person is on hold"), "ended": _("no longer in the case"),
    "no_role": _("no role with a booklet"), "no_booklet": _("no booklet for this person"),
    "review_cancelled": _("the review is cancelled"), "review_held": _("the review was held"),
    "review_not_held": _("the review was not held after all"),
    "closed": _("closed"), "worker_said_no": _("the social worker says that they may not be asked"),
    "not_checked": _("waits for the social worker’s check"),
    "way_none": _("no way to reach them is known"),
    "no_sender": _("their way of getting messages is not set up here"),
    "no_email": _("no email address"), "no_address": _("no postal address"),
    "on_paper_only": _("on paper only: hand it over"), "asked_again": _("asked again instead"),
    "letter_to_print": _("the letter is to be printed"), "no_phone": _("no phone number"),
    "opted_out": _("they wrote STOP: use another way"), "wrong_number": _("wrong number: find out the right one"),
    "wrong_person": _("someone else has this phone: find out the right number"),
    "quiet_hours": _("waits until morning, or until school is out"),
    "unknown": _("not known whether it went: being checked"),
    "not_a_number": _("this is no phone number"), "not_a_mobile": _("this phone takes no text messages"),
    "no_such_phone": _("there is no such phone, or it blocks us"), "undelivered": _("it did not reach the phone"),
    "not_reachable": _("our sender can’t reach this phone"),
    "window_closed": _("WhatsApp did not take it: sent as a text"),
    "not_on_whatsapp": _("not on WhatsApp: sent as a text"), "bad_template": _("our WhatsApp template is wrong"),
    "no_mailbox": _("no such mailbox"), "mailbox_full": _("the mailbox is full"), "refused": _("it was refused"),
    "stale": _("too late: what it says would not be true any more"), "no_post": _("a letter would come too late"),
    "printed_by_iro": _("the IRO prints it"),
    "not_now": _("the provider is busy: tried again later"), "no_line": _("no connection: tried again later"),
    "our_sign_in": _("our own account is refused: tell your system’s support"),
    "our_sender": _("our own sender is refused: tell your system’s support"),
}  # fmt: skip
KINDS = {
    "first": _("first review"), "second": _("second review"), "later": _("later review"),
    "short_breaks": _("short breaks review"), "adoption": _("adoption review"),
    "asked_for": _("review that was asked for"),
}  # fmt: skip
STATUSES = {
    "planned": _("planned"),
    "held": _("held"),
    "postponed": _("postponed"),
    "cancelled": _("cancelled"),
}
PLACEMENTS = {
    "foster": _("with foster carers"), "connected": _("with family or friends as carers"),
    "residential": _("in a residential home"), "adoption": _("placed for adoption"),
    "parents": _("with own parents"), "independent": _("living independently"), "secure": _("in a secure unit"),
    "custody": _("in custody"), "other": _("lives elsewhere"),
}  # fmt: skip
LEGAL = {
    "care_order": _("care order"), "interim_care_order": _("interim care order"),
    "placement_order": _("placement order"), "accommodated": _("accommodated (section 20)"), "remand": _("on remand"),
    "emergency_protection": _("emergency protection"), "police_protection": _("police protection"),
    "short_breaks": _("short breaks"), "other": _("other legal status"),
}  # fmt: skip
HOLDS = {
    "missing": _("missing"), "moved": _("moved"), "bereaved": _("bereaved"), "died": _("has died"),
    "left_care": _("left care"),
}  # fmt: skip
FORMATS = {"standard": "", "easy_read": _("easy read"), "large_print": _("large print"), "audio": _("audio")}
TYPED = {
    "helper": _("typed for them: a helper’s words"), "said_to_helper": _("their words, typed by a helper"),
}  # fmt: skip
WORDINGS = {"standard": "", "easy": _("easy read"), "sms": _("text-message wording")}
CHANNELS = {
    "web": _("on the web"), "sms": _("by text"), "whatsapp": _("on WhatsApp"), "voice": _("by voice"),
    "paper": _("on paper"), "terminal": _("at the terminal"),
}  # fmt: skip
AUDIENCES = {
    "iro": _("the IRO only"), "iro_and_social_worker": _("the IRO and the social worker"),
    "review": _("everyone at the review"),
}  # fmt: skip
FOR_WHOM = {"iro": _("IRO only"), "iro_and_social_worker": _("IRO+SW"), "review": _("everyone")}
"""The same, short: SW is the social worker."""
COMES = {"yes": _("yes"), "not_sure": _("not sure"), "no": _("no")}
HEADINGS = {
    "background": _("Background"), "care_planning": _("Care planning"), "placement": _("Placement"),
    "leisure": _("Leisure"), "health_physical": _("Health: physical"), "health_emotional": _("Health: emotional"),
    "education": _("Education"), "contact": _("Contact"), "identity": _("Identity"),
    "safeguarding": _("Safeguarding issues"), "childs_view": _("Child’s view"),
    "legal_rights": _("Child’s legal rights"), "parents_views": _("Parents’ and others’ views"),
    "other": _("Other issues"), "disagreements": _("Disagreements"), "recommendations": _("Recommendations"),
}  # fmt: skip
WISHES = {
    "attend": _("Being there"), "words": _("How their words get in"), "people_words": _("About who comes"),
    "where": _("Where"), "not_where": _("Where it must not be"), "when": _("When"), "how": _("How it is held"),
    "about": _("What is talked about"), "chair": _("Who runs it"), "help": _("Help"),
    "outcome": _("How they hear the outcome"), "card": _("Invitation card"),
}  # fmt: skip
WAYS = {
    "email": _("email"),
    "letter": _("letter"),
    "sms": _("text message"),
    "whatsapp": _("WhatsApp"),
    "none": _("nothing"),
}
TEMPLATES = {
    "invite": _("invitation"), "remind": _("reminder"), "reset": _("new link after a cleared secret"),
    "worry": _("worry"), "told": _("what was decided"), "tomorrow": _("the review is tomorrow"),
    "letter": _("the IRO’s letter"), "halfway": _("has it happened?"), "outcome": _("outcome for a parent"),
    "answered": _("answer to what they asked"), "cancelled": _("the review is cancelled"),
}  # fmt: skip
MESSAGE_STATES = {
    "waiting": _("waiting"), "sending": _("being sent"), "sent": _("sent"), "failed": _("failed"),
    "stopped": _("stopped"), "delivered": _("delivered"), "read": _("read"), "received": _("came in"),
}  # fmt: skip
OWN_WORDS = {
    "reason": _("Your reason"), "instead": _("What happens in its place"), "place": _("The place of the review"),
    "opening": _("Your letter, first words"), "good": _("Your letter, good things that were said"),
    "next": _("Your letter, what happens next"), "words": _("Your letter, last words"), "answer": _("Your answer"),
    "outcome": _("What was decided, for parents who were not there"), "guests_place": _("The place, for guests"),
    "outcome_words": _("More for parents who were not there"),
}  # fmt: skip
REQUESTS = {
    "contact_iro": _("wants to reach their IRO"), "advocate": _("wants an advocate"),
    "sooner": _("wants a review sooner"), "disagree": _("disagrees"), "talk": _("wants to talk about what was decided"),
}  # fmt: skip
REQUEST_WANTS = {
    "write": _("please write back"),
    "ring": _("please ring"),
    "visit": _("please come and see me"),
}
DECISIONS = {"done": "✓", "not_done": "×", "unknown": "?"}
"""A sign beside what people said became of a decision; never alone."""
STUCK = {
    "letters": _("Letters to print"), "failed": _("Messages that failed"), "waiting": _("Messages on their way"),
    "unreachable": _("People who can’t be reached"), "locked": _("People who are locked out"),
    "parked": _("Deliveries that stopped"),
}  # fmt: skip
WORK = {
    "arrange": _("Passed on by the IRO"), "unchecked": _("Not yet checked by the social worker"),
    "due": _("Due to be asked"), "silent": _("No answer yet"), "unreachable": _("Can’t be reached"),
    "wrong_number": _("Wrong number"), "opted_out": _("Wrote STOP: use another way"),
    "letters": _("Letters to print"), "paper": _("Paper to key in or hand over"),
    "deliveries": _("Deliveries waiting"),
}  # fmt: skip
KNOWN = {
    "birthday": _("a wrong birthday"), "postcode": _("a wrong postcode"), "word": _("a wrong word"),
}  # fmt: skip
OUTCOMES = {
    "agreed": _("Agreed"), "asked_for": _("Asked for"), "changed": _("Changed"), "not_possible": _("Not possible"),
}  # fmt: skip
NOT_ARRANGED = {
    "arranged_state": _("Choose whether it is done."),
    "arranged_note": _("Say why it can’t be done: the reviewing officer reads it."),
    "arranged_too_long": _("That is too long: at most 2,000 letters."),
}
"""What was wrong with what somebody said of work that was passed on to them."""
REFUSED_OUTCOMES = {
    "agreed": _("Agreed: they are not invited"),
    "asked_for": _("Asked for: somebody else must still confirm that they don’t come"),
    "changed": _("Changed: they come, in another way. The child is told first"),
    "not_possible": _("Not possible: they come all the same. The child is told first"),
}
"""What an officer decided about a person whom the child said no to."""
FOUND = {
    "suicide": _("wanting to die"), "sexual": _("sexual harm"), "physical": _("being hurt"),
    "exploitation": _("being used by others"), "self_harm": _("hurting themselves"),
    "danger_to_others": _("danger to others"), "domestic": _("violence at home"), "missing": _("running away"),
    "neglect": _("not being looked after"), "forced": _("force, honour or extremism"),
    "secret": _("a secret kept for somebody"),
    "emotional": _("cruelty"), "afraid": _("being afraid"), "bullying": _("bullying"), "substance": _("drink or drugs"),
    "hint": _("a hint, nothing said outright"),
}  # fmt: skip
"""What the list takes a text to be about; often wrong, so the words stand beside it."""
SOURCES = {"button": _("pressed “I’m not safe”"), "screening": _("words that worry us")}


def booklet(one: Asked) -> str:
    """The title of a booklet where it has to be told from another: one of several, or one about how it was."""
    known = house().booklets.get(one.booklet_id)
    return neat(gettext(known.title)) if known and (one.several or one.stage == "after") else ""


SET_ASIDE = {
    "off_path": _("a later answer took this question away"), "not_in_booklet": _("no longer in the booklet"),
    "beside": _("answers no question of the booklet"),
}  # fmt: skip


def say(table: Mapping[str, object], code: str) -> str:
    """The words of a code; a code that is new here stands for itself, without its underscores."""
    return str(table[code]) if code in table else code.replace("_", " ")


def brief(question: str, asked: str) -> str:
    """What staff call the question that was asked in these words; empty where it has no short name."""
    for booklet in house().booklets.values():
        if short := wording.brief(booklet.by_id.get(question), asked):
            return neat(short)
    return ""


def neat(text: str) -> str:
    """A booklet's own words with the apostrophes of these pages; never for what somebody typed."""
    return text.replace("'", "’")


def phone(number: str) -> str:
    """A British number as people here write it, 07700 900123; any other as it is."""
    plain = number.replace(" ", "")
    if not (plain.startswith("+44") and plain[1:].isdigit() and len(plain) == 13):
        return number
    return f"0{plain[3:7]} {plain[7:]}"


def today() -> dt.date:
    """Today in London."""
    return london(house().clock()).date()


def day(date: dt.date | None) -> str:
    """14 January 2027; today."""
    if date is None:
        return ""
    return gettext("today") if date == today() else format_date(date, "d MMMM y")


def weekday(moment: dt.datetime) -> str:
    """Thu 14 January 2027, on a London clock."""
    return str(format_datetime(moment, "EEE d MMMM y"))


def full_day(moment: dt.datetime) -> str:
    """Thursday 14 January 2027, 16:00; with "today" where it is."""
    words = str(format_datetime(moment, "EEEE d MMMM y, HH:mm"))
    return gettext("%(day)s (today)", day=words) if london(moment).date() == today() else words


def clock(moment: dt.datetime) -> str:
    """16:00."""
    return str(format_datetime(moment, "HH:mm"))


def stamp(moment: dt.datetime | None) -> str:
    """3 Dec, 18:02; today, 18:02; with the year where it isn't this one."""
    if moment is None:
        return ""
    on, now = london(moment).date(), today()
    if on == now:
        return gettext("today, %(time)s", time=clock(moment))
    return str(format_datetime(moment, "d MMM, HH:mm" if on.year == now.year else "d MMM y, HH:mm"))


def in_days(moment: dt.datetime, now: dt.datetime) -> str:
    """today, tomorrow, in 12 days, yesterday, 3 days ago."""
    days = (london(moment).date() - london(now).date()).days
    near = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if days in near:
        return str(near[days])
    if days > 0:
        return str(ngettext("in %(num)d day", "in %(num)d days", days))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", -days))


def since(moment: dt.datetime, now: dt.datetime) -> str:
    """How long ago, as somebody on duty counts it: minutes, then hours, then days."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    if minutes < 60:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    if minutes < 48 * 60:
        return str(ngettext("%(num)d hour", "%(num)d hours", minutes // 60))
    return str(ngettext("%(num)d day", "%(num)d days", minutes // (24 * 60)))


def minutes(seconds: int) -> int:
    """Whole minutes to wait, never too few."""
    return -(-seconds // 60)


def language_name(code: str) -> str:
    """The name of a language in the reader's: Urdu."""
    try:
        return str(Locale.parse(code.replace("-", "_")).get_display_name(language()) or code)
    except (UnknownLocaleError, ValueError):
        return code


def asked_in(code: str, who: str) -> str:
    """The language in which somebody is asked; where that isn't the one that they read, both."""
    name = language_name(code)
    if spoken(code, who, house().authority.languages) == code:
        return name
    return gettext(
        "reads %(language)s, is asked in English: this form is not in %(language)s yet", language=name
    )


def spoken_to(code: str, who: str) -> str:
    """The language in which somebody of this language is asked."""
    return spoken(code, who, house().authority.languages)


def unchecked(code: str) -> bool:
    """True where nobody who grew up with this language has read its words for this authority."""
    return code in COVERS and code not in house().authority.languages_signed_off

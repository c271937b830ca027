"""What is counted, in words, for the service manager's pages."""

from __future__ import annotations

from typing import Any

from webapp.i18n import gettext
from webapp.i18n import lazy_gettext as _
from webapp.review.counting import TOTAL
from webapp.services.counting import NONE
from webapp.services.participation import OTHERS, Year
from webapp.web.staff import words as w

PARTS = {
    "age": _("By age"), "placement": _("By placement"), "area": _("In and out of the area"),
    "iro": _("By reviewing officer"), "language": _("By language"), "way": _("By how the invitation went"),
    "channel": _("How they answered"), "code": _("How they took part"),
}  # fmt: skip
MEASURES = {
    "reviews": _("Reviews"), "invited": _("Invited"), "opened": _("Opened"), "answered": _("Answered"),
    "in_time": _("Answered in time"), "decided": _("Reviews with decisions"), "wishes": _("Wishes decided"),
    "agreed": _("Wishes agreed"), "recorded": _("Attendance written down"), "attended": _("The child came"),
    "told": _("Said how it was"), "heard": _("Felt listened to"),
}  # fmt: skip
AGES = {
    "under_4": _("under 4"), "age_4_7": _("4 to 7"), "age_8_11": _("8 to 11"), "age_12_15": _("12 to 15"),
    "age_16_plus": _("16 and over"),
}  # fmt: skip
LANGUAGES = {"prs": _("Dari"), "ckb": _("Kurdish Sorani")}
"""What the table of languages has no name for, or another than people here use."""
AREAS = {"in": _("in the area"), "out": _("out of the area")}
CODES = {
    "PN0": _("PN0: under 4 at the review"), "PN1": _("PN1: came, and spoke for themselves"),
    "PN2": _("PN2: came, and an advocate spoke"), "PN3": _("PN3: came, and told without words"),
    "PN4": _("PN4: came, said nothing, and had nobody say it"),
    "PN5": _("PN5: an advocate came, briefed with their views"),
    "PN6": _("PN6: didn’t come, but sent their views"), "PN7": _("PN7: didn’t come, and sent no views"),
}  # fmt: skip
CAME = {
    "social_worker": _("Social worker came"), "parent": _("A parent came"), "carer_foster": _("Foster carer came"),
    "carer_connected": _("Connected carer came"), "carer_residential": _("Residential key worker came"),
    "advocate": _("Advocate came"), "independent_visitor": _("Independent visitor came"),
    "designated_teacher": _("Designated teacher came"),
}  # fmt: skip
FIGURES = {
    "in_timescale": _("Reviews within the law’s time"),
    "consulted": _("Children the officer talked with before the review"),
    "mother": _("Mother came"), "father": _("Father came"),
    "permanence": _("Permanence plan agreed by the second review"),
    "care_plan": _("Up-to-date care plan at the review"),
    "pep": _("Up-to-date personal education plan at the review"),
    "health_plan": _("Up-to-date health plan at the review"),
    "pathway_plan": _("Up-to-date pathway plan at the review"),
    "ratified": _("Plan ratified"), "leisure": _("Leisure needs met"),
    "disputes_informal": _("Disputes raised informally"), "disputes_formal": _("Disputes raised formally"),
}  # fmt: skip
"""What only the case system knows; a manager types it."""
PROBLEMS = {
    "measure": _("Choose which figure it is."), "count": _("Give the number as a whole number, 0 or more."),
    "out_of": _("“Out of” is a whole number, and not less than the number. Disputes have none."),
    "source": _("Say where the figure comes from, in 3 to 200 letters."),
}  # fmt: skip
MARKS = {"few": _("fewer than 5"), "kept": _("not shown")}
QUARTERS = {
    TOTAL: _("Whole year"), "1": _("April to June"), "2": _("July to September"), "3": _("October to December"),
    "4": _("January to March"),
}  # fmt: skip
TABLES: dict[str, dict[str, Any]] = {
    "age": AGES, "placement": w.PLACEMENTS, "area": AREAS, "way": w.WAYS, "channel": w.CHANNELS, "code": CODES,
}  # fmt: skip
SHORT = {"1": _("Apr–Jun"), "2": _("Jul–Sep"), "3": _("Oct–Dec"), "4": _("Jan–Mar")}
HEADS = {
    "age": _("Age"), "placement": _("Placement"), "area": _("Lives"), "iro": _("Officer"), "language": _("Language"),
    "way": _("Invitation"), "channel": _("Way"), "code": _("Code"),
}  # fmt: skip


def of_quarter(year: int, quarter: str) -> str:
    """The calendar year in which a quarter lies."""
    return str(year + (quarter == "4"))


def year(number: int) -> str:
    """2026-27."""
    return f"{number}–{(number + 1) % 100:02}"


def value(found: Year, part: str, code: str) -> str:
    """The words of one row."""
    if code == TOTAL:
        return gettext("All")
    if code == OTHERS:
        return gettext("All others")
    if part == "iro":
        return found.officers.get(code, gettext("no officer with an account"))
    if part == "language":
        return str(LANGUAGES.get(code) or w.language_name(code))
    if code == NONE:
        return gettext("not invited yet") if part == "way" else gettext("not known")
    return w.say(TABLES[part], code)


def place(found: Year, part: str, code: str) -> tuple[int, int, str]:
    """Where a row stands: in the order of the words here, else of the alphabet; the rest and the total last."""
    known = list(TABLES.get(part, ()))
    last = (OTHERS, NONE, TOTAL).index(code) + 1 if code in (OTHERS, NONE, TOTAL) else 0
    return last, known.index(code) if code in known else len(known), value(found, part, code)

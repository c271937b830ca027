"""Codes of the page that is read before a review, in words."""

from __future__ import annotations

from webapp.i18n import lazy_gettext as _
from webapp.web.staff.deciding import OUTCOME_WORDS, REFUSED_WORDS

OUTCOMES, REFUSED_OUTCOMES = OUTCOME_WORDS, REFUSED_WORDS
SIDES = {"good": _("Good:"), "bad": _("Bad:")}
MATTERS = {
    "home": _("How it is where they live"), "stay": _("Going on living there"), "breaks": _("The short breaks"),
    "plan": _("The plan"), "bullying": _("Bullying"),
}  # fmt: skip
VERDICTS = {"same": _("the same"), "between": _("not quite the same"), "differ": _("they differ")}
SIGNS = {"same": "=", "between": "~", "differ": "×"}
"""A sign beside each verdict's words; never alone."""
SEATS = {
    "refused": _("The child said no to them. Not to be told to them."),
    "refused_by_another": _("Another child of this meeting said no to them."),
    "part": _("The child wants them for a part only."), "not_sure": _("The child is not sure about them."),
    "apart": _("Would come to a part of their own."), "not_safe": _("May not feel safe with the other adults."),
}  # fmt: skip
CHANGES = {"new": _("new"), "changed": _("changed"), "gone": _("not said again")}

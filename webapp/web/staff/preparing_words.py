"""Codes of the page that is read before a review, in words."""

from __future__ import annotations

from webapp.i18n import lazy_gettext as _
from webapp.review.deciding_words import OURS as OURS
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
POINTS = {
    "welcome": _("Hello, and who is here"), "game": _("A game to start"), "music": _("Music"),
    "good_news": _("Good news"), "about:home": _("Home"), "about:family": _("Family"), "about:friends": _("Friends"),
    "about:school": _("School or college"), "about:health": _("Health"), "about:feelings": _("Feelings"),
    "about:fun": _("Clubs and fun"), "about:money": _("Money and clothes"), "about:plan": _("The plan"),
    "about:other": _("Something else"), "about:past": _("What happened before"),
    "about:trouble": _("Things that went wrong"), "about_breaks": _("Short breaks"), "about_adoption": _("Adoption"),
    "about_leaving": _("Leaving here"), "about_future": _("Getting older"), "questions": _("Questions to ask people"),
    "decisions": _("What we said would happen last time"), "breaks": _("A break"),
    "food": _("Something to eat and drink"), "heading:placement": _("How things are at home"),
    "heading:contact": _("Seeing family and friends"), "heading:education": _("Learning"),
    "heading:health_physical": _("Keeping healthy"), "heading:health_emotional": _("Feeling well"),
    "heading:leisure": _("Free time"), "heading:identity": _("Who I am"), "heading:care_planning": _("Plans"),
    "heading:legal_rights": _("Rights"), "carer": _("What carers want to talk about"),
    "adopter": _("What the new family wants to talk about"), "parent": _("What parents want to talk about"),
    "observer": _("What was seen that we should talk about"),
    "agree": _("What we agree today: who does what, and when"),
    "end": _("What happens next, and goodbye"),
}  # fmt: skip
"""The points of an agenda as they lie on the table, before everybody."""
KEPT_OUT = {
    "hushed": _("The child doesn’t want it talked about in front of everyone."),
    "refused": _(
        "The child said no to a person of this role. Add it in your own words if it belongs on the table."
    ),
    "adoption": _("Birth parents and the new family are kept apart."),
}

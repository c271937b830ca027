"""Drafts of what a child is told about a wish, by what it was about and what became of it.

An officer reads and changes them. Those for `agreed` and `asked_for` are whole: they reach the child as they stand
where nobody changed them, so the catalogues hold them. The others stop at GAP: only a person can say why.
"""

from __future__ import annotations

from webapp.booklet.wording import N_

GAP = "…"
"""Stands where the officer has to write; a reason that still holds it is not finished."""

AGREED = {
    "who": N_("We will ask them to come."),
    "who_no": N_("We will not ask them to come."),
    "people_words": N_("We will do what you wrote about who comes."),
    "attend": N_("You can do it the way you said. You can still change your mind."),
    "words": N_("People will hear what you think in this way."),
    "where": N_("It will be at a place that you chose."),
    "not_where": N_("It will not be there."),
    "when": N_("It will be at a time that is good for you."),
    "how": N_("We will do it like this."),
    "about": N_("There will be time to talk about this."),
    "not_in_front": N_("Your IRO will ask people to do as you said."),
    "chair": N_("It will be run the way that you chose."),
    "help": N_("Your IRO will see that you get this help."),
    "outcome": N_("You will hear about it in this way."),
}  # fmt: skip
ASKED_FOR = {
    "": N_("Your IRO has asked for this. Someone else still has to say yes. We will tell you."),
    "added": N_("Your social worker will check this first. Then we will tell you."),
}
OURS = frozenset([*AGREED.values(), *ASKED_FOR.values()])
"""Reasons that are our own words, and so in every language."""
CHANGED = {
    "who": f"You wanted this person to come. It will be a bit different, because {GAP}",
    "who_no": f"You said no to this person. They will come for a part only, because {GAP}",
    "where": f"It can't be at a place that you chose, because {GAP} We picked this place because {GAP}",
    "when": f"It can't be at the time that you chose, because {GAP} We picked this time because {GAP}",
    "chair": f"You wanted it to be run in another way. It will be a bit different, because {GAP}",
    "": f"We will do a part of what you asked. We can't do all of it, because {GAP}",
}
NOT_POSSIBLE = {
    "who": f"You wanted this person to come. They can't come this time, because {GAP}",
    "who_no": f"You said no to this person. They have to come, because {GAP} To make it easier for you, {GAP}",
    "not_where": f"It has to be there this time, because {GAP} To make it easier for you, {GAP}",
    "about": f"We can't talk about this at your review, because {GAP} You can talk about it with {GAP}",
    "": f"We can't do this at this review, because {GAP}",
}


def draft(kind: str, outcome: str, *, refused: bool = False, added: bool = False) -> str:
    """What to tell a child about a wish of this kind. `refused`: they said no to a person; `added`: they named one
    whom nobody has checked. Empty for an outcome that isn't one.
    """
    kind = "who_no" if kind == "who" and refused else kind
    if outcome == "agreed":
        return AGREED.get(kind, AGREED["how"])
    if outcome == "asked_for":
        return ASKED_FOR["added" if added else ""]
    table = {"changed": CHANGED, "not_possible": NOT_POSSIBLE}.get(outcome)
    return table.get(kind, table[""]) if table else ""


def finished(reason: str) -> bool:
    """True where a reason says something, and nothing of a draft still waits to be written."""
    return bool(reason.strip()) and GAP not in reason

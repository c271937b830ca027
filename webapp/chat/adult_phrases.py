"""What a text message says to a parent, a carer or another adult, where it differs from what a child is told."""

from __future__ import annotations

from webapp.booklet.wording import N_

SAFE_WORDS = N_(
    "In danger? Ring %(emergency)s. Worried about a child? Duty team: %(day_phone)s. "
    "Nights and weekends: %(night_phone)s."
)
RECOGNISED = N_(
    "Thank you. I ask one thing at a time. You can also send %(skip)s, %(back)s, %(save)s or %(menu)s."
)
PRIVATE = N_("Or use your web page, or tell the IRO in person.")
MOVED_ON = N_("That's fine. Your words are kept for the IRO. Let's go on.")
SAVED = N_("That is saved. It has not gone to the IRO yet. Come back at any time: just send a text.")
WHO_READS = N_(
    "The IRO reads it first, and it becomes part of the child's file. A court may ask to see it. You may ask a "
    "solicitor first, and you can skip anything."
)
SEND_IT = N_("Send it to the IRO")
SENT = N_("Sent. Thank you. The IRO reads it before the review. To change it until then, send %(change)s.")
SENT_AFTER = N_("Sent. Thank you. The IRO reads it. It may help to make the next one better.")
WHEN_KNOWN = N_("The review is planned for %(day)s.")
WHEN_UNKNOWN = N_("I don't know a day for the review yet. You can tell us what suits you.")
WHERE_IT_IS = N_("I don't know the place. The Review team can tell you: %(unit_phone)s.")
WHO_IS_COMING = N_(
    "The IRO settles who comes, with the child and the social worker. The Review team can tell you: %(unit_phone)s."
)
NOT_SENT_YET = N_("It has not gone to the IRO yet.")
MENU_ANY_TIME = N_("At any time you can send: I want the review sooner.")
ASK_SOONER = N_("Shall we tell the IRO that you want the review sooner?")
REQUESTED = N_(
    "The IRO gets it. It may take a few days. You can read the answer on your web page: send %(link)s."
)

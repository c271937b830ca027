"""The words that a booklet needs on paper and nowhere else: its cover, how it is filled in, how it comes back.

They are marked for the catalogues here and said in `booklet_paper`. What a page says too is said in the same words, so
that it is translated once. A child reads them: one idea a sentence, and nothing that paper can't keep.
"""

from __future__ import annotations

from webapp.booklet.wording import N_

THIS_IS_FOR = N_("This is for {name}")
THE_CHILD = N_("the child")
"""Stands for the name in a form that is printed for nobody in particular."""
PICTURE_OF_CODE = N_("A square code for the camera of a phone")

COVER = {
    "child": (
        N_("Say what you think, in your own words."),
        N_("Answer only what you want to."),
        N_("Someone you trust can help you."),
    ),
    "adult": (N_("You can leave any question empty."), N_("Someone you trust can help you.")),
}
NEED = N_("If you need somebody now")
DONT_WAIT = N_("No one reads this until it gets to us. If someone is not safe, ring now.")
IN_DANGER = N_("In danger")

HOW = N_("How to use it")
HOW_LINES = {
    "child": (
        N_("Put a tick in a box."),
        N_("Leave empty what you don’t want to say."),
        N_("You can write or draw anywhere."),
        N_("Is an answer just for your IRO? Write IRO beside it."),
        N_("Someone can read it to you, or write for you."),
        N_("You can stop, and go on another day."),
    ),
    "adult": (
        N_("Put a tick in a box."),
        N_("Leave empty what you don’t want to say."),
        N_("Add more paper where you need it."),
        N_("Is an answer just for the IRO? Write IRO beside it."),
        N_("Someone can read it to you, or write for you."),
    ),
}

WHO_READS = N_("Who reads it?")
SAID_INSIDE = frozenset({"who_reads"})
"""Left out: it says for a page what `READERS` says for paper, which nobody reads before it comes."""
_WORRY = N_("If we worry that someone may be hurt, a person whose job is to keep children safe may read it.")
_ADULTS = (
    N_("You send it to the Review team. They give it to the Independent Reviewing Officer (IRO)."),
    N_("It becomes part of the record. The social worker, the family or a court may see it."),
    N_("Write it as you would wish it to be read."),
    _WORRY,
)
READERS = {
    "child": (
        N_("You send it to the Review team. They give it to your IRO."),
        N_("Your IRO is the person who runs your review."),
        N_("If someone may be hurt, or a judge asks, we may have to share it. We’ll try to tell you first."),
        _WORRY,
    ),
    "apart": (
        N_("You send it to the Review team. They give it to the person who runs the review."),
        N_("If someone may be hurt, or a judge asks, we may have to share it. We’ll try to tell you first."),
        _WORRY,
    ),
    "parent": (*_ADULTS, N_("You may ask a solicitor before you answer.")),
    "adopter": (
        _ADULTS[0],
        N_("It becomes part of the record. The social worker or a court may see it."),
        N_("Your name and address do not go into anything that we make for the birth family."),
        _WORRY,
    ),
    "adult": _ADULTS,
}

ONLINE = N_("Do it online instead")
CAMERA = N_("Point the camera of a phone at the square.")
OR_TYPE = N_("Or type this address, then the code:")
UNTIL = N_("The code works until {until}. First you are asked one thing that you know.")
SENT_ONLINE = N_("If you send it online, you don’t need to send this back.")
ASK_FOR_CODE = N_("You need the code from your letter. No letter? Ring the Review team:")

BACK = N_("When you are done")
THANK_YOU = N_("Thank you. What you say matters.")
GIVE_OR_POST = {
    "child": N_("Give it to your IRO or your social worker. Or post it to:"),
    "adult": N_("Give it to the social worker, or post it to:"),
}
SEND_BY = N_("Please send it by {day}.")
MORE_ELSEWHERE = N_("There are more questions, if you want. Ask us for them, or find them online.")
REFERENCE = N_("Our number for it: {number}")

MORE = N_("More, if you want")
FOOT = N_("You can leave anything empty.")
DRAW = N_("Space for you")
DRAW_LINE = N_("Draw, write or stick something here. You can leave it empty.")
DRAW_HERE = {
    "drawing": N_("You can draw here too."),
    "photo": N_("You can stick a photo here."),
    "both": N_("You can draw here, or stick a photo."),
}

PRIVATE = {"child": N_("Just for your IRO"), "adult": N_("Just for the IRO")}
PRIVATE_LINES = {
    "child": (
        N_("Take this part off. Fold it with your words inside, and stick it down."),
        N_("On the outside it asks everyone else not to open it."),
        N_("If someone may be hurt, or a judge asks, your IRO may have to share it."),
    ),
    "adult": (
        N_("Take this part off. Fold it with your words inside, and stick it down."),
        N_("On the outside it asks everyone else not to open it."),
        N_("It is kept with the record, and a court may ask to see it."),
    ),
}
WHY_THEM = N_("Do you want to say why someone should come, or should not?")
OUTSIDE = N_("For the Independent Reviewing Officer (IRO)")
UNOPENED = N_("Please hand it over without opening it.")
FOLD = N_("Fold here")

TICK_ONE = N_("Tick one.")
TICK_MANY = N_("Tick as many as you like.")
CHOOSE_MANY = N_("You can choose more than one.")
"""Says on a page what `TICK_MANY` says on paper: a hint with these words is left out."""
TICK_ROWS = N_("Tick one in each row.")
ONLY_IF = N_("Only if you ticked “{choice}” in question {number}.")

WHO = N_("Who")
WHICH_PART = N_("Only for part of it? Which part?")
MUST_COME = N_("Has to be there, because of their job. You can ask for a part of it without them.")
ANYONE_ELSE = N_("Anyone else?")
CHECKED_FIRST = N_("We won’t ask them before your social worker has checked with you.")
THEIR_NAME = N_("Their name")
WHO_ARE_THEY = N_("Who are they to you?")
PLACE_SIDES = (N_("Good"), N_("Don’t mind"), N_("Not there"))
TIME_SIDES = (N_("Good"), N_("Don’t mind"), N_("Bad"))
NOT_WORDS = N_("Somewhere it should not be, and why, if you want to say")
REAL_DAYS = N_("Real days you could pick")

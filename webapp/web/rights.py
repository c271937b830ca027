"""The permission matrix: which role may do what with which field of which record, and by which pages.

A page for staff that stands here with other roles than its door names, or doesn't stand here, fails
tests/house/test_rights.py, which walks every page as every role.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["unit", "iro", "social_worker", "duty", "manager", "administrator"]
ROLES: tuple[Role, ...] = ("unit", "iro", "social_worker", "duty", "manager", "administrator")
Whose = Literal["every", "own"]


@dataclass(frozen=True, slots=True)
class Right:
    """What these roles may do, and the pages by which they do it."""

    roles: frozenset[Role]
    record: str
    field: str
    action: str
    whose: Whose
    """own: of their own reviews and children alone; the page's service looks."""
    pages: frozenset[str]
    """Functions under `webapp/web/staff`."""


def _right(roles: str, record: str, field: str, action: str, whose: Whose, *pages: str) -> Right:
    named = frozenset(role for role in ROLES if role in roles.split())
    return Right(named, record, field, action, whose, frozenset(pages))


ANY = " ".join(ROLES)
MATRIX: tuple[Right, ...] = (
    _right(ANY, "sign-in", "own", "end", "own", "sign_out"),
    _right(ANY, "sign-in", "own passkeys", "look and change", "own",
           "passkeys", "new_passkey", "keep_passkey", "change_passkey"),
    _right(ANY, "sign-in", "own", "go to the first page", "own", "home", "nowhere"),
    # the Review Unit: who is asked and how far they are; never an answer, never a worry
    _right("unit", "review", "who is asked and how far", "look", "every",
           "unit", "unit_today", "unit_part", "unit_stuck", "unit_review"),
    _right("unit", "child", "name", "search", "every", "find_any"),
    _right("unit", "link", "code", "make", "every", "link", "new_link"),
    _right("unit", "consultation", "secret", "clear", "every", "reset_secret"),
    _right("unit", "consultation", "wrong tries", "forgive", "every", "let_try_again"),
    _right("unit", "consultation", "language", "change", "every", "set_language"),
    _right("unit", "message", "letter", "print", "every", "letter", "print_letter"),
    _right("unit", "message", "state", "send again", "every", "send_again", "invite_again", "another_way"),
    _right("unit", "consultation", "booklet on paper", "print", "every", "print_booklet"),
    _right("unit", "paper booklet", "arrival", "write down", "every", "paper_arrived", "paper_handed"),
    _right("unit", "paper booklet", "answers", "key in", "every", "key_in"),
    _right("unit", "person", "contact details", "look", "every", "contact"),
    _right("unit", "person", "contact details", "correct", "every", "correct_contact"),
    _right("unit", "delivery", "state", "look", "every", "deliveries"),
    _right("unit", "printing", "whose papers, and what failed", "look", "every", "print_papers", "printed"),
    _right("unit", "printing", "letters and booklets", "print", "every",
           "start_printing", "stop_printing", "go_on_printing"),
    _right("unit", "printing", "PDF with fresh codes", "fetch", "own", "fetch_papers"),
    _right("unit", "file of reviews", "what would change", "look", "every", "import_reviews", "imported"),
    _right("unit", "file of reviews", "reviews, children and people", "take in", "every",
           "upload_reviews", "take_in_reviews", "stop_import", "check_import_again", "throw_import_away"),
    _right("unit", "delivery", "state", "stop or send again", "every",
           "deliver_again", "park_delivery", "deliver_all_again"),
    # the reviewing officer: everything that was sent, of their own reviews
    _right("iro", "review", "who is asked and how far", "look", "own", "mine"),
    _right("iro", "child", "name", "search", "own", "find_mine"),
    _right("iro", "record", "every answer", "look", "own",
           "review", "picture", "record", "record_text", "pack"),
    _right("iro", "decision", "outcome, reason, when and where", "look and decide", "own",
           "decide", "save_decisions", "reopen_decision", "settle_review"),
    _right("unit", "guest", "letter", "print", "every", "guest_letters", "print_guest_letter"),
    _right("iro", "guest", "who is invited, their answers", "look", "own", "guest_list", "guest_card"),
    _right("iro", "guest", "who is invited", "invite and take back", "own",
           "invite_guests", "withdraw_guest", "told_guest"),
    _right("iro", "agenda", "points", "look and change", "own", "agenda", "change_agenda", "room"),
    _right("iro", "decision", "what the child reads", "tell", "own", "tell_child"),
    # what was asked for at any time: the words for the officer alone, the kind for whoever arranges it
    _right("iro", "request", "words", "look", "own", "requests", "asked_request"),
    _right("iro", "request", "answer", "give", "own", "read_request", "answer_request", "close_request"),
    _right("iro", "translation", "words of the child’s and of their own", "look", "own", "translations"),
    _right("iro", "translation", "words of the child’s and of their own", "ask for and put in", "own",
           "ask_translation", "put_translation"),
    _right("unit", "request", "kind", "look", "every", "unit_requests"),
    _right("unit", "request", "arranged", "write down", "every", "arrange_request"),
    _right("iro", "attendance", "who came, participation code", "look and write down", "own",
           "attendance", "save_attendance"),
    _right("iro", "letter to the child", "every word", "look, write, send and print", "own",
           "iro_letter", "save_letter", "look_letter", "send_letter", "paper_letter"),
    _right("iro", "outcome for parents", "every word", "look, send, take back", "own", "outcome_page", "send_outcome",
           "withdraw_outcome"),
    # the social worker: who may be asked, what was passed on, a place beside the child; of the answers those whose
    # audience names them, none of anybody else's
    _right("social_worker", "review", "who is asked and how far", "look", "own", "children"),
    _right("social_worker", "record", "answers that the child shares with them", "look", "own", "child"),
    _right("social_worker", "review", "these people may be asked", "say", "own", "these_may_be_asked"),
    _right("social_worker", "person", "may be contacted", "check", "own", "check_added_person", "check_case_person"),
    _right("social_worker", "talk", "what the child said in it", "type", "own", "talk", "keep_talk", "take_talk_back"),
    _right("unit social_worker", "decision", "what was passed on to them", "say what became of it", "own", "arranged"),
    _right("iro social_worker", "consultation", "visit", "begin side by side", "own",
           "together", "begin_together"),
    # worries: of all for duty, of their own children for an officer
    _right("duty iro", "worry", "words", "look", "own", "worries", "worry"),
    _right("duty iro", "worry", "answer behind it", "look, with a reason", "own", "open_worry"),
    _right("duty iro", "worry", "state", "change", "own", "take_worry", "worry_done"),
    _right("iro", "stand-in", "whose, until when, why", "look", "own", "stand_in"),
    _right("iro", "stand-in", "whose, until when, why", "begin, with a reason, and end", "own",
           "begin_stand_in", "give_back"),
    _right("manager", "stand-in", "who for whom and when", "look", "every", "stand_ins"),
    # the administrator: accounts, and nothing of any child
    _right("administrator", "account", "roles, ways to sign in", "look", "every",
           "accounts", "account", "new_account", "account_link"),
    _right("administrator", "account", "roles, ways to sign in", "make and change", "every",
           "make_account", "change_roles", "close_account", "open_account", "link_account"),
    # the service manager: numbers, the small ones hidden; nobody's name, no review, no answer
    _right("manager", "participation", "counts", "look", "every", "participation", "participation_year"),
    _right("manager", "participation", "counts", "take away", "every", "take_participation"),
    _right("manager", "annual report", "figures of the case system", "type", "every", "keep_figure"),
)  # fmt: skip


def of_page(name: str) -> Right | None:
    """The right that a page needs; None where it stands nowhere, and then nobody may have it."""
    return next((right for right in MATRIX if name in right.pages), None)


def may(role: Role, record: str, field: str, action: str) -> bool:
    """True where the table gives this role that action."""
    return any(
        role in right.roles and (right.record, right.field, right.action) == (record, field, action)
        for right in MATRIX
    )

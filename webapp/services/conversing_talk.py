"""One turn of a conversation while it is worked out: what came in, what is known, and what shall be said and kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from config import Authority
from webapp.booklet.definition import Booklet
from webapp.chat import phrases, prompts
from webapp.chat.prompts import Out
from webapp.chat.reading import Asked, Choice
from webapp.chat.steps import Step
from webapp.i18n import begun_from_the_right, spoken, translate
from webapp.services import conversing_rows as rows
from webapp.services import visits
from webapp.store import Database, Key, Query, Vault, new_id

Channel = Literal["sms", "whatsapp"]


@dataclass(frozen=True, slots=True)
class Media:
    """Something that came with a message: where the provider keeps it, and what the provider says it is."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came in. `number` is in international form, +44..., on WhatsApp too."""

    provider_id: str
    channel: Channel
    number: str
    body: str = ""
    media: tuple[Media, ...] = ()
    other: int = 0
    """How many more things came that are no words (a place, a card): they are dropped."""
    opt_out_type: str = ""
    """STOP, START or HELP where the provider acted on it itself."""
    replied_to: str = ""
    """WhatsApp: the provider's id of the message whose button was pressed, or that was answered."""
    sent_at: dt.datetime | None = None
    """When it was sent, where it comes late: after an outage."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message of a reply, with our id of it."""

    message_id: str
    text: str
    buttons: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back. `posted`: the worker sends it by the provider; else it is the webhook's own answer."""

    out: tuple[Outgoing, ...] = ()
    posted: bool = False
    repeated: bool = False
    """This message was handled before."""


@dataclass(frozen=True)
class Desk:
    """What every turn needs."""

    db: Database
    vault: Vault
    booklets: Mapping[str, Booklet]
    authority: Authority
    takers: Mapping[str, Sequence[str]]
    public_url: str

    def hashed(self, number: str) -> str:
        """The number as it is looked up."""
        return self.vault.lookup("phone", number)


@dataclass(frozen=True, slots=True)
class Sent:
    """A question as it was sent."""

    id: str
    booklet_id: str
    question_id: str
    step: str
    done: str
    ids: str
    answer_version: int
    sent_at: dt.datetime


class Again(Exception):
    """Somebody else's turn came between: this one is worked out again from the start."""


Write = Callable[[Query], None]


@dataclass
class Talk:
    """One message of one number. Reads before the write lock is taken; `writes` are done under it, in order."""

    desk: Desk
    now: dt.datetime
    said: Incoming
    row: Any
    """The conversation with its last question; None where there is none yet."""
    phone: Any
    candidates: tuple[Any, ...] = ()
    found: visits.Standing | None = None
    """Who is talking, where they are recognised: they may still answer, or the review is over and nobody else is asked
    at this number.
    """
    over: visits.Standing | None = None
    """Who was recognised here before the review was over."""
    sitting: Any = None
    """Where they are in their booklet, once it was looked up."""
    id: str = field(default_factory=new_id)
    inbound_id: str = field(default_factory=new_id)
    to: dict[str, Any] = field(default_factory=dict)
    """What changes of the conversation."""
    out: list[Out] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    inside: Write | None = None
    """What can only be worked out under the lock; may say more."""
    needs_session: bool = False
    refused: bool = False
    stranger: bool = False
    """Nobody whom we ask: no conversation is kept."""
    unread: bool = False
    """Words of somebody who isn't recognised: no answer has them, so the worker reads them for worries."""
    answered: bool = False
    """What they wrote was kept, as an answer or beside the questions."""
    last: bool = False
    """This is the last message of the conversation: the safe words stand in it."""

    prompt: Any = None
    """The question that this message is read against: the last one, or the one that it says it answers."""
    asks: tuple[int, str] | None = None
    """Which of `out` asks a question, and the prompt's id."""

    def __post_init__(self) -> None:
        vault = self.desk.vault
        if self.row is not None:
            self.id = self.row.id
            self.key: Key = vault.key(self.row.key, f"conversation:{self.id}")
            self.wrapped: bytes = self.row.key
        else:
            self.key, self.wrapped = vault.new_key(f"conversation:{self.id}")
        self.number_hash = self.desk.hashed(self.said.number)
        self._kept: dict[str, Any] | None = None
        self._spoken = ("", "", "en")

    def __getitem__(self, name: str) -> Any:
        """A column of the conversation as it will be."""
        return self.to[name] if name in self.to else getattr(self.row, name, START[name])

    @property
    def closed(self) -> bool:
        """True where whoever is talking can answer nothing more, and may ask for what is open at any time."""
        return self.found is not None and self.found is self.over

    @property
    def standing(self) -> Sent | None:
        """The question that was sent last and still stands."""
        row = self.row
        if row is None or not row.prompt_id or row.question_id is None:
            return None
        return Sent(
            row.prompt_id, row.prompt_booklet, row.question_id, row.step, row.done, row.ids, row.answer_version,
            row.prompt_sent_at,
        )  # fmt: skip

    @property
    def older(self) -> bool:
        """True where they answer a question that isn't the last one."""
        standing = self.standing
        return self.prompt is not None and (standing is None or standing.id != self.prompt.id)

    @property
    def kept(self) -> dict[str, Any]:
        """What was remembered from the message before."""
        if self._kept is None:
            sealed = self.row.kept if self.row is not None else None
            self._kept = json.loads(self.key.open(sealed, f"conversation.kept:{self.id}")) if sealed else {}
        return self._kept

    def keep(self, **things: Any) -> None:
        """Remember these until the next message, and nothing else."""
        self._kept = things
        text = json.dumps(things, ensure_ascii=False) if things else ""
        self.to["kept"] = self.key.seal_some(text, f"conversation.kept:{self.id}")

    @property
    def who(self) -> str:
        """Whose languages they may have: an adult can be asked in fewer than a child."""
        if self.found is not None:
            return str(self.found.row.who)
        return str(self.spoken_to.who) if self.candidates else "child"

    @property
    def spoken_to(self) -> Any:
        """In whose language a phone is spoken to before we know who has it: a child's, where it may be a child's."""
        return next((one for one in self.candidates if one.who == "child"), self.candidates[0])

    @property
    def adult(self) -> bool:
        """Spoken to as an adult. Until somebody is recognised it may be a child who holds the phone, and what we say
        tells nobody whom we look for.
        """
        return self.found is not None and self.who != "child"

    @property
    def language(self) -> str:
        """In which language they are spoken to."""
        known = (self["language"], self.who)
        if known != self._spoken[:2]:
            self._spoken = (*known, spoken(*known, self.desk.authority.languages))
        return self._spoken[2]

    def translate(self, text: str) -> str:
        """English in, their language out."""
        return translate(text, self.language, self.adult)

    def say(self, *outs: Out | str) -> None:
        """Say this."""
        for one in outs:
            out = Out(one) if isinstance(one, str) else one
            self.out.append(replace(out, text=begun_from_the_right(out.text, self.language)))

    def tell(self, phrase: phrases.Phrase, **blanks: object) -> None:
        """Say one of the fixed messages."""
        self.say(self.words(phrase, **blanks))

    def words(self, phrase: phrases.Phrase, **blanks: object) -> str:
        """A fixed message in their language, for a child or an adult."""
        known = phrases.numbers(self.desk.authority, self.language)
        return phrases.say(phrase, self.translate, adult=self.adult, **known, **blanks)

    def choose(self, stage: str, step: Step, *, before: str = "", **more: Any) -> None:
        """Ask something that is no question of a booklet; what is chosen is heard in this stage."""
        self.say(
            *prompts.ask(
                step, channel=self.said.channel, translate=self.translate, before=before, adult=self.adult
            )
        )
        texts = [choice.text for choice in step.asked.choices]
        if "back" in self.kept:
            more = {"back": self.kept["back"], **more}
        self.keep(step=step.id, text=step.asked.text, texts=texts, ids=list(step.ids), **more)
        self.go(stage)

    def chosen_from(self) -> Step:
        """What `choose` asked last."""
        kept = self.kept
        choices = tuple(Choice(text) for text in kept.get("texts", ()))
        asked = Asked("pick_one" if choices else "free_text", kept.get("text", ""), choices)
        return Step(kept.get("step", ""), asked, tuple(kept.get("ids", ())))

    def go(self, stage: str, **to: Any) -> None:
        """From now on the conversation stands here."""
        self.to |= {"stage": stage, **to}


START: dict[str, Any] = {
    "stage": "new", "consultation_id": None, "visit_id": None, "booklet_id": None, "prompt_id": None, "misses": 0,
    "out_count": 0, "turns": 0, "language": "en", "kept": None, "window_until": None, "seen_at": None,
}  # fmt: skip


def load(query: Query, desk: Desk, said: Incoming, now: dt.datetime) -> Talk:
    """What is known of whoever wrote this: their conversation, their number, and who they are."""
    hashed = desk.hashed(said.number)
    row = rows.TALK.first(query, channel_is=said.channel, number_is=hashed)
    phone = row if row is not None else rows.PHONE.first(query, number_is=hashed)
    talk = Talk(desk, now, said, row, phone)
    if row is not None and row.visit_id:
        found = visits.by_text(query, row.visit_id, row.booklet_id or "")
        if found is not None and found.open:
            talk.found, talk.over = (None, found) if found.closed else (found, None)
        talk.prompt = _answered(query, talk) or talk.standing
    return talk


def _answered(query: Query, talk: Talk) -> Any:
    """The question that this message says it answers, or that stood when it was written; None where it is the last."""
    said = talk.said
    if said.replied_to:
        found = rows.SAID_BEFORE.first(query, of=talk.id, named=said.replied_to)
        purpose = found.purpose if found else ""
        kind, _, prompt_id = purpose.partition(":")
        return rows.PROMPT_OF.first(query, of=talk.id, named=prompt_id) if kind == "prompt" else None
    if said.sent_at is not None and talk.standing is not None and said.sent_at < talk.standing.sent_at:
        return rows.PROMPT_AT.first(query, of=talk.id, by=said.sent_at)
    return None

"""Voice notes and photos from WhatsApp: fetched from the provider, checked, kept sealed, and deleted there.

What may be taken was decided when the message came in (its question asks for words, and the authority takes them). A
picture is made anew as one from the page is; sound is kept as it came. Whatever comes of it, the provider's copy goes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp import logs
from webapp.chat import phrases
from webapp.clock import Clock
from webapp.i18n import translate
from webapp.messaging import GiveUp, Messenger, Provider, TryAgain
from webapp.services import picture_check, pictures, sound_check
from webapp.services.picture_check import BYTES_AT_MOST, NotTaken
from webapp.services.replying import put
from webapp.services.sending import back_off
from webapp.store import Attachment, Conversation, Database, InboundMedia, Response, Vault, new_id

log = logs.get("fetching")
AT_ONCE = 5
TRIES = 12
"""With the rests between them: some five hours."""
BESIDE_ONE_ANSWER = 10


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to fetch, or only to delete there; all that is sealed of it still is."""

    id: str
    sealed: bytes
    conversation_id: str
    conversation_key: bytes
    response_id: str
    response_key: bytes
    kept: bool

    def address(self, vault: Vault) -> str:
        """Where the provider has it. Raises SealBroken."""
        key = vault.key(self.conversation_key, f"conversation:{self.conversation_id}")
        return key.open(self.sealed, f"inbound_media.sealed:{self.id}")


@dataclass(frozen=True, slots=True)
class Made:
    """What is kept of it; `small` is empty for sound."""

    kind: str
    media_type: str
    content: bytes
    small: bytes = b""


def fetch_media(db: Database, vault: Vault, messengers: Mapping[str, Messenger], clock: Clock) -> int:
    """Fetch, keep and delete what is due, a few at a time; how many were looked at."""
    provider = next((one for one in messengers.values() if isinstance(one, Provider)), None)
    if provider is None:
        return 0
    with db.reading() as session:
        due = _due(session, clock())
    for one in due:
        try:
            _one(db, vault, provider, one, clock)
        except TryAgain as error:
            _later(db, vault, one, error.reason, clock())
        except Exception as error:  # a fault of our own in one must not keep the others waiting
            log.error("not_fetched", **logs.trouble(error))
            _later(db, vault, one, "our_fault", clock())
    return len(due)


def _due(session: Session, now: dt.datetime) -> list[Due]:
    rows = session.execute(
        select(InboundMedia, Conversation.key, Response.key)
        .join(Conversation, Conversation.id == InboundMedia.conversation_id)
        .join(Response, Response.id == InboundMedia.response_id)
        .where(or_(InboundMedia.state == "waiting", InboundMedia.deleted_at.is_(None)))
        .where(InboundMedia.due_at <= now, InboundMedia.attempts < TRIES)
        .order_by(InboundMedia.due_at, InboundMedia.id)
        .limit(AT_ONCE)
    ).all()
    return [
        Due(
            media.id,
            media.sealed,
            media.conversation_id,
            theirs,
            media.response_id,
            own,
            media.state != "waiting",
        )
        for media, theirs, own in rows
    ]


def _one(db: Database, vault: Vault, provider: Provider, one: Due, clock: Clock) -> None:
    address = one.address(vault)
    if not one.kept:
        try:
            made = checked(provider.fetch(address, BYTES_AT_MOST).content)
        except (GiveUp, NotTaken) as error:
            _refuse(db, vault, one, str(error.args[0]), clock())
        else:
            _keep(db, vault, one, made)
    try:
        provider.forget(address)
    except GiveUp as error:  # it is no address of our account: nothing was fetched from it either
        log.warning("not_deleted", code=error.reason)
    with db.writing() as session:
        session.get_one(InboundMedia, one.id).deleted_at = clock()


def checked(content: bytes) -> Made:
    """A picture of our own making, or the sound as it came. Raises NotTaken where it is neither, or too big."""
    try:
        return Made("voice", sound_check.read(content), content)
    except NotTaken as error:
        if error.args[0] == "too_big":
            raise
    picture = picture_check.read("photo", content)
    return Made(picture.kind, picture.media_type, picture.content, picture.small)


def _keep(db: Database, vault: Vault, one: Due, made: Made) -> None:
    key = vault.key(one.response_key, f"response:{one.response_id}")
    own = new_id()
    sealed, small = pictures.sealed(key, own, made.content, made.small)
    with db.writing() as session:
        media = session.get_one(InboundMedia, one.id, with_for_update=True)
        if media.state != "waiting":
            return
        beside = session.scalar(
            select(func.count()).where(
                Attachment.response_id == media.response_id, Attachment.question_id == media.question_id,
                Attachment.removed_at.is_(None),
            )
        )  # fmt: skip
        if (beside or 0) >= BESIDE_ONE_ANSWER:
            media.state, media.reason = "refused", "too_many"
            return
        session.add(
            Attachment(
                id=own, response_id=media.response_id, question_id=media.question_id, kind=made.kind,
                media_type=made.media_type, sealed=sealed, small=small, made_at=media.made_at,
            )
        )  # fmt: skip
        session.flush()
        media.state, media.reason, media.attachment_id = "kept", None, own


def _refuse(db: Database, vault: Vault, one: Due, reason: str, now: dt.datetime) -> None:
    """It can't be taken: the person is told, so that they can use words."""
    with db.writing() as session:
        media = session.get_one(InboundMedia, one.id, with_for_update=True)
        if media.state == "waiting":
            media.state, media.reason = "refused", reason
            _tell(session, vault, media, now)


def _later(db: Database, vault: Vault, one: Due, reason: str, now: dt.datetime) -> None:
    with db.writing() as session:
        media = session.get_one(InboundMedia, one.id, with_for_update=True)
        media.attempts += 1
        media.due_at = now + back_off(media.attempts)
        if media.attempts >= TRIES and media.state == "waiting":
            media.state, media.reason = "failed", reason
            _tell(session, vault, media, now)


def _tell(session: Session, vault: Vault, media: InboundMedia, now: dt.datetime) -> None:
    conversation = session.get_one(Conversation, media.conversation_id)
    words = phrases.say(phrases.MEDIA_TOO_BIG, partial(translate, code=conversation.language))
    put(session, vault, conversation, f"media:{media.id}", words, now)

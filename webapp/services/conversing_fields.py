"""A message as the provider tells it, by webhook or in its list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from webapp.services.conversing_talk import Incoming, Media

MEDIA_AT_MOST = 10
WHATSAPP = "whatsapp:"
PLACE = ("Latitude", "Longitude")


def incoming(form: Mapping[str, str], sent_at: dt.datetime | None = None) -> Incoming:
    """What the provider's fields say (https://www.twilio.com/docs/messaging/guides/webhook-request). Raises ValueError
    where they name no message.

    A press of a button carries the number of the choice, where its words may be cut short. Of a place nothing is taken.
    `sent_at`: when it was sent, of a message that we missed and looked up later.
    """
    sender = form.get("From", "")
    pressed = form.get("ButtonPayload") or form.get("ListId") or ""
    count = int(form["NumMedia"]) if form.get("NumMedia", "").isdecimal() else 0
    found = [
        Media(form[f"MediaUrl{n}"], form.get(f"MediaContentType{n}", ""))
        for n in range(min(count, MEDIA_AT_MOST))
        if f"MediaUrl{n}" in form
    ]
    place = any(name in form for name in PLACE)
    sid = form.get("MessageSid") or form.get("SmsMessageSid") or ""
    if not sid:
        raise ValueError("a message without an id")
    return Incoming(
        provider_id=sid,
        channel="whatsapp" if sender.startswith(WHATSAPP) else "sms",
        number=sender.removeprefix(WHATSAPP),
        body=pressed if pressed.isdecimal() else "" if place else form.get("Body", ""),
        media=tuple(found),
        other=int(place) + max(0, count - len(found)),
        opt_out_type=form.get("OptOutType", "").upper(),
        replied_to=form.get("OriginalRepliedMessageSid", ""),
        sent_at=sent_at,
    )

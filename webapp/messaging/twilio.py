"""Text messages and WhatsApp by Twilio, through its own library.

What it answers to a send (https://www.twilio.com/docs/api/errors):

    21610                                  they wrote STOP                     give up: opted_out
    21211 21217 21401 21421                not a phone number                  give up: not_a_number
    21614 30006                            no mobile: it takes no texts        give up: not_a_mobile
    30004 30005                            blocked, or no such number          give up: no_such_phone
    21408 21612                            not reached from our sender         give up: not_reachable
    63016                                  WhatsApp: 24 hours have passed      give up: window_closed
    63003 63024                            not on WhatsApp                     give up: not_on_whatsapp
    21656 63027 63028 63041                our template is wrong               give up: bad_template
    21602 21617 63013                      our text is wrong                   give up: bad_message
    20003 20404, 401, 403, 404             our sign-in is refused              try again, once it is mended
    21212 21603 21606 21660 63007          our sender is wrong                 try again, once it is mended
    20429 14107 63018, 429                 too many at once                    try again: not_now
    any other 4xx                          this message is refused             give up: refused
    5xx, silence, a line that broke        nobody knows                        try again: unknown
    no line at all                         not sent                            try again: no_line

The provider has no mark of ours that would keep a second try from being a second message: where nobody knows, whoever
tries again looks first with `sent_to`. Neither number nor text is logged, by us or by the library.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from config import Settings, TextMessages
from webapp.messaging.pace import Pace
from webapp.messaging.port import UNKNOWN, Fetched, GiveUp, Listed, NotSent, Outgoing, Sent, TryAgain
from webapp.messaging.twilio_content import Content, content
from webapp.messaging.twilio_lines import NoLine, NotHeard, fetch, library, refusals

TIMEOUT = 15
"""Seconds for each answer of the provider."""
GIVE_UP = {
    21610: "opted_out", 21211: "not_a_number", 21217: "not_a_number", 21401: "not_a_number", 21421: "not_a_number",
    21614: "not_a_mobile", 30006: "not_a_mobile", 30004: "no_such_phone", 30005: "no_such_phone",
    21408: "not_reachable", 21612: "not_reachable", 63016: "window_closed", 63003: "not_on_whatsapp",
    63024: "not_on_whatsapp", 21656: "bad_template", 63027: "bad_template", 63028: "bad_template",
    63041: "bad_template", 21602: "bad_message", 21617: "bad_message", 63013: "bad_message",
}  # fmt: skip
TRY_AGAIN = {
    20003: "our_sign_in", 21212: "our_sender", 21603: "our_sender", 21606: "our_sender",
    21660: "our_sender", 63007: "our_sender", 20429: "not_now", 14107: "not_now", 63018: "not_now",
}  # fmt: skip
BY_STATUS = {401: "our_sign_in", 403: "our_sign_in", 429: "not_now"}
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
LONGEST = 1600
"""What the provider takes in one message."""
WHATSAPP = "whatsapp:"
GONE = GiveUp("gone")
AT_MOST = 1000
"""Messages looked through at once."""


def meaning(code: int) -> str:
    """What a code that comes later, in a status callback, means here; `undelivered` where it says no more."""
    return GIVE_UP.get(code, "undelivered")


class Twilio:
    """Sends by one account, text messages and WhatsApp alike; keeps each sender under its limit."""

    carries_link = True

    def __init__(self, settings: Settings, texts: TextMessages, timeout: float = TIMEOUT) -> None:
        self.account, self.token = settings.twilio_account_sid, settings.twilio_auth_token
        self.senders = {"sms": settings.twilio_sender, "whatsapp": settings.twilio_whatsapp_sender}
        self.stand_in = settings.twilio_url.rstrip("/")
        self.callback = f"{settings.public_url.rstrip('/')}/hooks/twilio/status"
        self.timeout = timeout
        self.pace = {"sms": Pace(texts.sms_per_second), "whatsapp": Pace(texts.whatsapp_per_second)}
        self._shapes: dict[str, str] = {}
        self._lock = threading.Lock()

    @cached_property
    def _client(self) -> Any:
        """The library's client; made at the first use, because its packages are slow to come in."""
        return library(self.account, self.token, self.stand_in, self.timeout)

    def send(self, outgoing: Outgoing) -> Sent:
        """Send one message, asking for its status under its id."""
        fields = self._fields(outgoing)
        with self._answers(missing=TryAgain("our_sign_in")):
            if outgoing.way == "whatsapp" and not outgoing.content_sid and (made := content(outgoing)):
                fields.pop("body")
                fields |= {"content_sid": self._shape(made), "content_variables": _as_json(made.variables)}
            self.pace[outgoing.way].wait()
            return Sent(self._client.messages.create(**fields).sid)

    def _fields(self, outgoing: Outgoing) -> dict[str, str]:
        sender = self.senders.get(outgoing.way)
        if not sender:
            raise GiveUp("no_sender")
        if not NUMBER.fullmatch(outgoing.to):
            raise GiveUp("not_a_number")
        if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", outgoing.id):
            raise GiveUp("bad_message")
        mark = WHATSAPP if outgoing.way == "whatsapp" else ""
        by = "messaging_service_sid" if sender.startswith("MG") else "from_"
        fields = {
            "to": mark + outgoing.to,
            by: mark + sender,
            "status_callback": f"{self.callback}?m={outgoing.id}",
        }
        if outgoing.content_sid:
            return fields | {
                "content_sid": outgoing.content_sid,
                "content_variables": _as_json(outgoing.variables),
            }
        if not outgoing.body.strip() or len(outgoing.body) > LONGEST or not _whole(outgoing.body):
            raise GiveUp("bad_message")
        return fields | {"body": outgoing.body}

    def _shape(self, made: Content) -> str:
        """The provider's name for content of this shape: made once, found again by ours after a new start."""
        with self._lock:
            if made.name not in self._shapes:
                for known in self._client.content.v1.contents.list(limit=AT_MOST):
                    self._shapes.setdefault(known.friendly_name, known.sid)
            if made.name not in self._shapes:
                contents = self._client.content.v1.contents
                request = contents.ContentCreateRequest(
                    {"friendly_name": made.name, "language": "en", "types": contents.Types(dict(made.types)),
                     "variables": dict.fromkeys(made.variables, "-")}
                )  # fmt: skip
                self._shapes[made.name] = contents.create(request).sid
            return self._shapes[made.name]

    def sent_to(self, way: str, to: str, since: dt.datetime) -> Sequence[Listed]:
        """What the provider holds for one number from then on."""
        mark = WHATSAPP if way == "whatsapp" else ""
        with self._answers():
            found = self._client.messages.list(to=mark + to, limit=AT_MOST)
        return [
            Listed(one.sid, way, to, one.body or "", str(one.status), one.date_created)
            for one in found
            if one.date_created is not None and one.date_created >= since
        ]

    def came_in(self, since: dt.datetime) -> Sequence[Mapping[str, str]]:
        """What people sent to our own senders from then on, the oldest first."""
        with self._answers():
            found = self._client.messages.list(date_sent_after=since, limit=5 * AT_MOST)
            ours = {self.senders["sms"], WHATSAPP + self.senders["whatsapp"]}
            inbound = [one for one in reversed(found) if one.direction == "inbound" and one.date_sent]
            if not self.senders["sms"].startswith("MG"):  # a service has numbers that we don't know
                inbound = [one for one in inbound if one.to in ours]
            inbound.sort(key=lambda one: one.date_sent)  # to the second: equal ones keep the provider's order
            return [self._fields_of(one) for one in inbound]

    def _fields_of(self, one: Any) -> Mapping[str, str]:
        fields = {
            "MessageSid": one.sid, "AccountSid": one.account_sid, "From": one.from_ or "", "To": one.to or "",
            "Body": one.body or "", "NumMedia": str(one.num_media or "0"), "NumSegments": str(one.num_segments or "1"),
            "DateSent": one.date_sent.isoformat(),
        }  # fmt: skip
        for number, media in enumerate(one.media.list(limit=10) if fields["NumMedia"] != "0" else ()):
            fields[f"MediaUrl{number}"] = (
                f"https://api.twilio.com/2010-04-01/Accounts/{self.account}/Messages/{one.sid}/Media/{media.sid}"
            )
            fields[f"MediaContentType{number}"] = media.content_type or ""
        return fields

    def fetch(self, address: str, at_most: int) -> Fetched:
        """A voice note or a picture of this account; GiveUp for any other address."""
        self._media(address)
        with self._answers():
            return fetch(address, self.stand_in, (self.account, self.token), at_most, self.timeout)

    def forget(self, address: str) -> None:
        """Delete it at the provider."""
        message, media = self._media(address)
        try:
            with self._answers():
                self._client.messages(message).media(media).delete()
        except GiveUp as error:
            if error.reason != "gone":
                raise

    def _media(self, address: str) -> tuple[str, str]:
        """Which message and medium: of our own account at the provider, and nowhere else."""
        found = re.fullmatch(
            rf"https://api\.twilio\.com/2010-04-01/Accounts/{self.account}/Messages/([A-Z]{{2}}[0-9a-f]{{32}})"
            r"/Media/(ME[0-9a-f]{32})",
            address,
        )
        if found is None:
            raise GiveUp("not_ours")
        return found[1], found[2]

    @contextmanager
    def _answers(self, missing: NotSent = GONE) -> Iterator[None]:
        """Whatever the provider, the line or the library does, as the port's own errors; `missing` is what it means
        that there is no such thing: when sending, no such account.
        """
        try:
            yield
        except NotSent:  # ours already
            raise
        except NoLine:
            raise TryAgain("no_line") from None
        except NotHeard:
            raise TryAgain(UNKNOWN) from None
        except refusals() as error:
            raise _refused(error, missing) from None
        except Exception:  # the library stumbles over an answer that it doesn't expect
            raise TryAgain(UNKNOWN) from None


def _refused(error: Any, missing: NotSent) -> NotSent:
    status, code = int(getattr(error, "status", 0) or 0), int(getattr(error, "code", 0) or 0)
    if reason := GIVE_UP.get(code):
        return GiveUp(reason)
    if reason := TRY_AGAIN.get(code, BY_STATUS.get(status, "")):
        return TryAgain(reason)
    if not 400 <= status < 500:
        return TryAgain(UNKNOWN)
    return missing if status in (404, 410) else GiveUp("refused")


def _as_json(variables: Mapping[str, str]) -> str:
    return json.dumps(dict(variables), ensure_ascii=False)


def _whole(text: str) -> bool:
    """False where it holds half a character, which no message can carry."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

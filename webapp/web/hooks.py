"""Where the provider of text messages comes in: a message that somebody wrote, and what became of one of ours.

Open to anyone who signs as the provider does, over the address that the settings give and the form as it came
(threats.md A14). Whatever is not so signed is refused before anything is looked up.
"""

from __future__ import annotations

import hmac
import re
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, abort, request

from webapp.house import House, house
from webapp.messaging.twilio_signature import genuine
from webapp.services import statuses
from webapp.services.conversing import Reply, turn
from webapp.services.conversing_fields import incoming
from webapp.web.guard import door
from webapp.web.security import csrf

FIELDS_AT_MOST = 200
FORM = "application/x-www-form-urlencoded"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
pages = Blueprint("hooks", __name__, url_prefix="/hooks")


@pages.post("/twilio/message")
@csrf.exempt  # type: ignore[untyped-decorator]
@door.open
def message() -> Response:
    """A message from somebody's phone; the reply goes back in the answer."""
    home = house()
    try:
        said = incoming(signed_form(home))
    except ValueError:
        abort(400)
    reply = turn(home.desk, said, home.clock())
    return Response(twiml(home, reply), mimetype="application/xml")


@pages.post("/twilio/status")
@csrf.exempt  # type: ignore[untyped-decorator]
@door.open
def status() -> tuple[str, int]:
    """What became of one message of ours; they come in any order."""
    home = house()
    form = signed_form(home)
    message_id = request.args.get("m", "")
    sid, what, code = form.get("MessageSid", ""), form.get("MessageStatus", ""), form.get("ErrorCode", "")
    with home.db.writing() as session:
        statuses.told(session, message_id, sid, what, code, home.clock())
    return "", 204


def signed_form(home: House) -> dict[str, str]:
    """The form of this request, where the provider signed it for our account; else the request ends with 403.

    Read from the bytes as they came: whatever trims or reorders a form would break the signature.
    """
    settings = home.settings
    url = settings.public_url.rstrip("/") + request.path
    if request.query_string:
        url += "?" + request.query_string.decode("latin-1")
    try:
        raw = request.get_data(cache=False) if request.mimetype == FORM else b""
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_AT_MOST
        )
    except ValueError:
        abort(403)
    signature = request.headers.get("X-Twilio-Signature", "")
    if not genuine(url, pairs, signature, settings.twilio_auth_token):
        abort(403)
    form = dict(pairs)
    ours = settings.twilio_account_sid
    if not ours or not hmac.compare_digest(form.get("AccountSid", "").encode(), ours.encode()):
        abort(403)
    return form


def twiml(home: House, reply: Reply) -> str:
    """The reply as the provider reads it; nothing where the worker sends it, or there is nothing to say."""
    status = f"{home.settings.public_url.rstrip('/')}/hooks/twilio/status?m="
    said = "".join(
        f"<Message statusCallback={quoteattr(status + one.message_id)}>{escape(NOT_IN_XML.sub('', one.text))}</Message>"
        for one in (() if reply.posted else reply.out)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'

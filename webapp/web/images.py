"""A picture that somebody made, or a voice note, as an answer of ours: it can run nothing, and nobody keeps it."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a",
    "audio/aac": "aac", "audio/amr": "amr",
}  # fmt: skip


def image(content: bytes, media_type: str) -> Response:
    """The picture under a name that says nothing. It is one of our own making: no other type is ever sent."""
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Content-Disposition"] = f'inline; filename="picture.{ENDINGS[media_type]}"'
    return answer


def sound(content: bytes, media_type: str) -> Response:
    """The voice note, whole or the part that a player asks for (some play nothing without parts)."""
    answer = image(content, media_type)
    answer.headers["Content-Disposition"] = f'inline; filename="voice.{ENDINGS[media_type]}"'
    answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return answer

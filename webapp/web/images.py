"""A picture that somebody made, as an answer of ours: it can run nothing, and nobody keeps it."""

from __future__ import annotations

from werkzeug.wrappers import Response

ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}


def image(content: bytes, media_type: str) -> Response:
    """The picture under a name that says nothing. It is one of our own making: no other type is ever sent."""
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Content-Disposition"] = f'inline; filename="picture.{ENDINGS[media_type]}"'
    return answer

"""What a council may add in a folder of its own: recorded voices, sign-language films, and pictures in place of ours.

    voices/LANGUAGE/BOOKLET/QUESTION.mp3     read by a person; offered in place of the browser's voice
    signing/BOOKLET/QUESTION.mp4             in British Sign Language
    pictures/NAME.svg (or .png, .webp)       shown in place of our picture of that name

MYREVIEW_MEDIA names the folder. What isn't there is not offered.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, send_from_directory
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.web.guard import door

pages = Blueprint("media", __name__)
FORMATS = {".mp3", ".mp4", ".svg", ".png", ".webp"}


def folder() -> Path | None:
    """The council's folder, if it has one."""
    return Path(house().settings.media) if house().settings.media else None


def voice(language: str, booklet: str, question: str) -> str:
    """The address of this question, read by a person; empty where nobody did."""
    return address(f"voices/{language}/{booklet}/{question}.mp3")


def signing(booklet: str, question: str) -> str:
    """The address of this question in sign language; empty where there is no film."""
    return address(f"signing/{booklet}/{question}.mp4")


def address(name: str) -> str:
    """Where this file of the council's folder is fetched from; empty where it isn't there."""
    base = folder()
    if base is None or not (base / name).is_file():
        return ""
    return f"/media/{name}?v={(base / name).stat().st_mtime_ns // 1_000_000_000:x}"


@pages.get("/media/<path:name>")
@door.open
def fetch(name: str) -> Response:
    """A voice, a film or a picture; nothing about anyone. In pieces, where a player asks for pieces."""
    base = folder()
    if base is None or Path(name).suffix not in FORMATS:
        abort(404)
    answer = send_from_directory(base, name, conditional=True)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer

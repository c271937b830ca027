"""A booklet as a tagged PDF (PDF/UA-1), for those who would rather have it on paper."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from config import ROOT
from webapp.booklet.definition import Booklet
from webapp.documents.booklet_paper import Paper, paper
from webapp.documents.glyphs import FONTS

TEMPLATE = ROOT / "templates" / "print" / "papers.typ"
TYPESET = Path(__file__).with_name("typeset.py")
SECONDS_AT_MOST = 30
QUOTED = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class Part:
    """One letter or booklet of a file."""

    kind: Literal["letter", "booklet"]
    data: Mapping[str, Any]


class NotMadeError(Exception):
    """The typesetter refused or took too long; the message is its own, without what it quotes of the booklet."""


def booklet_pdf(booklet: Booklet, made_for: Paper) -> bytes:
    """The printed booklet. Takes about half a second, in a process of its own (typeset.py says why).

    Raises NotMadeError.
    """
    data = paper(booklet, made_for)
    return typeset(TEMPLATE, bound([Part("booklet", data)], data["title"]))


def papers_pdf(parts: Sequence[Part], title: str) -> bytes:
    """Several letters and booklets in one file, each from the front of a sheet and in its own language.

    Raises NotMadeError: where one of them can't be made, none is.
    """
    return typeset(TEMPLATE, bound(parts, title), SECONDS_AT_MOST * 4)


def bound(parts: Sequence[Part], title: str) -> dict[str, Any]:
    """What templates/print/papers.typ is given. The whole file has the language of its parts, where that is one."""
    languages = {part.data["lang"] for part in parts}
    language = languages.pop() if len(languages) == 1 else "en"
    return {
        "title": title, "lang": language, "parts": [{"kind": one.kind, "data": one.data} for one in parts],
    }  # fmt: skip


def typeset(template: Path, data: Mapping[str, Any], seconds: int = SECONDS_AT_MOST) -> bytes:
    """A PDF of this data by a typst template, in a process of its own. Raises NotMadeError."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(TYPESET), str(template), str(FONTS)],
            input=json.dumps(data, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise NotMadeError(f"not done after {seconds} seconds") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[-500:]
        raise NotMadeError(QUOTED.sub("...", said)) from None
    return done.stdout

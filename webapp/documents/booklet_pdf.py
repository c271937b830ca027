"""A booklet as a tagged PDF (PDF/UA-1), for those who would rather have it on paper."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config import ROOT
from webapp.booklet.definition import Booklet
from webapp.documents.booklet_paper import Paper, paper
from webapp.documents.glyphs import FONTS

TEMPLATE = ROOT / "templates" / "print" / "booklet.typ"
TYPESET = Path(__file__).with_name("typeset.py")
SECONDS_AT_MOST = 30
QUOTED = re.compile(r"`[^`]*`")


class NotMadeError(Exception):
    """The typesetter refused or took too long; the message is its own, without what it quotes of the booklet."""


def booklet_pdf(booklet: Booklet, made_for: Paper) -> bytes:
    """The printed booklet. Takes about half a second, in a process of its own (typeset.py says why).

    Raises NotMadeError.
    """
    return typeset(TEMPLATE, paper(booklet, made_for))


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """A PDF of this data by a typst template, in a process of its own. Raises NotMadeError."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(TYPESET), str(template), str(FONTS)],
            input=json.dumps(data, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=SECONDS_AT_MOST,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise NotMadeError(f"not done after {SECONDS_AT_MOST} seconds") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[-500:]
        raise NotMadeError(QUOTED.sub("...", said)) from None
    return done.stdout

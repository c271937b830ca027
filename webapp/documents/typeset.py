"""Turns a template and its data into a PDF, in a process of its own: `python typeset.py TEMPLATE FONTS < data.json`.

The typesetter is an 84 MB library. Loaded here and gone afterwards, it never stays with a web worker. This file
imports nothing of ours, so that it starts fast.
"""

from __future__ import annotations

import sys

import typst


def pdf(template: str, fonts: str, data: str) -> bytes:
    """The PDF. Raises TypstError where it can't be one that screen readers can use (PDF/UA-1)."""
    made = typst.compile(
        template,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards="ua-1",
    )
    assert isinstance(made, bytes)
    return made


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(pdf(sys.argv[1], sys.argv[2], sys.stdin.read()))
    except typst.TypstError as error:
        sys.exit(error.message)

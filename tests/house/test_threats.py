"""docs/threats.md is true: what it names is there, and what code names is in it."""

from __future__ import annotations

import re

from config import ROOT
from tests.house import tree

ROW = re.compile(r"^\| ([A-Z]\d{1,2}b?) \|.*\| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"threats\.md ((?:[A-Z]\d{1,2}b?(?:, |-)?)+)|\(((?:[ABFLMPS]\d{1,2}b?(?:, |-)?)+)\)")
TABLE = ROOT / "docs" / "threats.md"


def test_every_file_that_tries_something_is_there() -> None:
    rows = ROW.findall(TABLE.read_text("utf-8"))
    assert len(rows) > 60
    assert [
        (row, file) for row, files in rows for file in files.split(", ") if not (ROOT / file).is_file()
    ] == []


def test_every_row_that_code_or_a_test_names_is_in_the_table() -> None:
    known = {row for row, _ in ROW.findall(TABLE.read_text("utf-8"))}
    named = {
        row
        for path in tree.files()
        if path.suffix == ".py"
        for found in NAMED.finditer(path.read_text("utf-8"))
        for row in re.findall(r"[A-Z]\d{1,2}b?", found[1] or found[2])
    }
    assert "A7" in named
    assert named <= known

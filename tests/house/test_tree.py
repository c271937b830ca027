"""The tree holds nothing of one machine, and files stay short enough to read."""

from __future__ import annotations

import re

import pytest

from tests.house import tree

# Written in halves, so that this file does not name what it looks for.
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "crates" + ".io")
OPTIONS = ("--index" + "-url", "--extra-index" + "-url", "--find" + "-links", "file:" + "///")
PLACES = (
    r"/wo" + r"rk/",
    r"/ro" + r"ot/",
    r"/Us" + r"ers/\w",
    r"/ho" + r"me/\w",
    r"/tm" + r"p/\w",
    r"/op" + r"t/\w",
)
MACHINES_AND_REGISTRIES = re.compile(
    "|".join([*map(re.escape, HOSTS + OPTIONS), *(rf"(?<![\w.])({p})" for p in PLACES)])
)
MOST_LINES = 400
READ_BY_PEOPLE = (".py", ".html", ".css", ".js", ".sh")


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    found = []
    for path in tree.files():
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture or a font
        found += [
            f"{tree.name(path)}:{n}: {m.group()}"
            for n, line in enumerate(lines, 1)
            for m in [MACHINES_AND_REGISTRIES.search(line)]
            if m
        ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["see " + "https://py" + "pi.org/simple", "cd /wo" + "rk/main", "/Us" + "ers/ann/x"]
)
def test_such_a_line_would_be_found(line: str) -> None:
    assert MACHINES_AND_REGISTRIES.search(line)


@pytest.mark.parametrize(
    "line", ["templates/network/page.html", "a/homework/b", "/root", "https://example.org/work"]
)
def test_a_line_that_only_looks_so_is_let_be(line: str) -> None:
    assert not MACHINES_AND_REGISTRIES.search(line)


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        tree.name(path): count
        for path in tree.files(*READ_BY_PEOPLE)
        if "versions" not in path.parts  # migrations, which Alembic writes
        and (count := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_what_is_made_is_not_committed() -> None:
    made = [tree.name(path) for path in tree.files(".mo", ".pyc", ".sqlite3", "uv.lock", "demo.env")]
    assert made == []

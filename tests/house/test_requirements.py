"""The locked packages: all that pyproject.toml asks for, each with its hashes, for every platform."""

from __future__ import annotations

import re
import tomllib

import pytest

from config import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)(\[[a-z,]+\])?==(?P<version>[^ ;\\]+)")


def asked_for(lines: list[str]) -> set[str]:
    """The names in lines like "flask-wtf>=1.2"."""
    return {re.split(r"[\[<>=~! ]", line)[0].lower() for line in lines}


def pinned(name: str) -> dict[str, str]:
    """Name to version, of the entries that carry at least one hash."""
    entries = re.split(r"\n(?=\S)", (ROOT / "bin" / name).read_text("utf-8"))
    return {
        m["name"]: m["version"] for entry in entries if "--hash=sha256:" in entry and (m := PIN.match(entry))
    }


RUNTIME = asked_for(PROJECT["project"]["dependencies"])
TESTS = RUNTIME | asked_for(PROJECT["dependency-groups"]["dev"])


@pytest.mark.parametrize("name, wanted", [("requirements.txt", RUNTIME), ("requirements-dev.txt", TESTS)])
def test_everything_that_is_asked_for_is_pinned_with_hashes(name: str, wanted: set[str]) -> None:
    assert wanted - pinned(name).keys() == set(), "run bin/lock"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_line_is_a_pin_or_a_hash(name: str) -> None:
    lines = (ROOT / "bin" / name).read_text("utf-8").splitlines()
    assert [line for line in lines if not PIN.match(line) and not line.startswith("    --hash=sha256:")] == []


def test_the_tests_run_with_the_versions_that_the_site_runs_with() -> None:
    dev = pinned("requirements-dev.txt")
    assert {
        name: version for name, version in pinned("requirements.txt").items() if dev.get(name) != version
    } == {}


def test_nothing_of_the_tests_is_installed_with_the_site() -> None:
    assert {"pytest", "playwright", "ruff", "mypy"} & pinned("requirements.txt").keys() == set()

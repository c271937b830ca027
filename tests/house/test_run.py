"""What bin/run does to its folder and its port, and bin/run as a whole."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from config import ROOT

SITE = "http://127.0.0.1:5000"


def demo_instance(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the helper as bin/run does."""
    command = [sys.executable, str(ROOT / "bin/demo_instance.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_keys_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    assert demo_instance("prepare", folder, SITE).returncode == 0
    first = (folder / "demo.env").read_text()
    assert demo_instance("prepare", folder, SITE).returncode == 0
    assert (folder / "demo.env").read_text() == first
    assert stat.S_IMODE((folder / "demo.env").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    keys = dict(line.split("=", 1) for line in first.splitlines())
    assert set(keys) == {"MYREVIEW_SECRET_KEY", "MYREVIEW_MASTER_KEY", "MYREVIEW_LOOKUP_KEY"}
    assert len(set(keys.values())) == 3


def test_a_database_that_was_half_loaded_goes_and_a_whole_one_stays(tmp_path: Path) -> None:
    (tmp_path / "review.sqlite3").write_text("half")
    demo_instance("prepare", tmp_path, SITE)
    assert not (tmp_path / "review.sqlite3").exists()
    (tmp_path / "review.sqlite3").write_text("whole")
    (tmp_path / "demo.json").write_text("[]")
    demo_instance("prepare", tmp_path, SITE)
    assert (tmp_path / "review.sqlite3").read_text() == "whole"


def test_on_another_port_the_addresses_of_the_people_move_along(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text(
        json.dumps([{"role": "child", "url": SITE + "/o/abc?x=1", "name": "Zoë"}])
    )
    demo_instance("prepare", tmp_path, "http://127.0.0.1:5001")
    rows = json.loads((tmp_path / "demo.json").read_text("utf-8"))
    assert rows == [{"role": "child", "url": "http://127.0.0.1:5001/o/abc?x=1", "name": "Zoë"}]


def test_fresh_removes_a_folder_that_bin_run_made_and_refuses_any_other(tmp_path: Path) -> None:
    ours, other = tmp_path / "ours", tmp_path / "other"
    demo_instance("prepare", ours, SITE)
    assert demo_instance("remove", ours).returncode == 0
    assert not ours.exists()
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    refused = demo_instance("remove", other)
    assert refused.returncode != 0
    assert "will not remove" in refused.stderr
    assert (other / "thesis.txt").exists()


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = demo_instance("check-port", str(port))
    assert said.returncode != 0
    assert said.stderr.startswith(f"Port {port} is taken")
    assert demo_instance("check-port", str(port)).returncode == 0


@pytest.mark.parametrize("arguments", [["--port"], ["--port", "x"], ["--prot"]])
def test_a_wrong_argument_is_named(arguments: list[str]) -> None:
    run = subprocess.run([ROOT / "bin/run", *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert arguments[-1] in run.stderr


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.slow
def test_bin_run_brings_the_site_up_and_takes_all_of_it_down(tmp_path: Path) -> None:
    port = free_port()
    environ = {
        **os.environ,
        "MYREVIEW_INSTANCE": str(tmp_path / "instance"),
        "MYREVIEW_DATABASE": "nonsense://",
    }
    command = [str(ROOT / "bin/run"), "--port", str(port)]
    running = subprocess.Popen(
        command, env=environ, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert running.stderr is not None
    said = []
    for line in running.stderr:
        said.append(line)
        if "Ready" in line:
            break
    try:
        assert running.poll() is None, "".join(said)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/demo") as answer:
            assert answer.status == 200
        people = json.loads((tmp_path / "instance" / "demo.json").read_text("utf-8"))
        assert {"child", "parent", "carer", "adopter", "iro", "unit"} <= {row["role"] for row in people}
        assert all(row["url"].startswith(f"http://127.0.0.1:{port}/") for row in people)
    finally:
        running.send_signal(signal.SIGTERM)
        rest = running.communicate(timeout=30)[1]
    assert running.returncode == 0, rest
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)  # neither the site nor the worker outlives it

#!/usr/bin/env python3
"""Measures the site beside a yardstick: bench/run.py YARDSTICK [--children 443] [--runs 3] [--seconds 3]

YARDSTICK is a folder with `ceiling_app.py` (the least that a Flask booklet server can do) and `load.py` (people who
walk a form). Both servers stand on core 0 and the people on core 1; each figure is taken from the one, then the other,
in turn, and what counts is the ratio. Every run starts from a fresh copy of the same prepared database.
bench/README.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from serving import CLIENT_CORE, Server, served

ROOT = Path(__file__).resolve().parents[1]
PORTS = {"ours": 5411, "yardstick": 5412, "queueing": 5413}
PEOPLE = (1, 8, 50)
KNOWN = ("--answer", "^day$=4", "--answer", "^month$=5", "--answer", "^pin$=4821")
END = r"^/b/([a-z_]+/(sent)?)?(\?go=1)?$|^/done"
QUESTION = "^/b/[a-z_]+/q/attend"
"""The page that is asked for again and again: a question with three choices, pictures, and words."""
KINDS = {"get": "page", "post": "save", "journey": "step"}
"""What is counted in each way of loading: a page, a saved answer, an answer and the page that follows it."""

Figures = dict[str, float]


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("yardstick", type=Path)
    parser.add_argument("--children", type=int, default=443)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="How long each load lasts.")
    parser.add_argument(
        "--folder", type=Path, help="Where a prepared database is, or shall be; else a temporary one."
    )
    parser.add_argument("--json", type=Path, help="Write every figure of every run here.")
    chosen = parser.parse_args()
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        prepared = prepare(chosen.folder or work / "prepared", chosen.children)
        runs = []
        for number in range(chosen.runs):
            print(
                f"run {number + 1} of {chosen.runs}, load {os.getloadavg()[0]:.1f}",
                file=sys.stderr,
                flush=True,
            )
            runs.append(one_run(prepared, work, chosen.yardstick.resolve(), chosen.seconds))
    if chosen.json:
        chosen.json.write_text(json.dumps(runs, indent=1))
    report(runs, chosen.children)


def prepare(folder: Path, children: int) -> Path:
    """A folder with the made-up children, made where it isn't there yet."""
    if not (folder / "starts").exists():
        subprocess.run(
            [
                sys.executable,
                ROOT / "bench" / "prepare.py",
                folder,
                "--children",
                str(children),
                "--doors",
                str(min(children, 2000)),
                "--port",
                str(PORTS["ours"]),
            ],
            check=True,
        )
    return folder


def one_run(prepared: Path, work: Path, yardstick: Path, seconds: float) -> dict[str, dict[str, Figures]]:
    """Every load on every server, once; figures by load and server."""
    found: dict[str, dict[str, Figures]] = {}
    with servers(prepared, work / "now", yardstick) as running:
        doors = Doors((prepared / "starts").read_text().split(), work)
        load = Load(yardstick / "load.py", work, doors)
        for server in running:
            load(server, "journey", 4, 1.0)  # every worker has seen every page before anything is measured
        for mode in KINDS:
            for people in PEOPLE:
                measured = [s for s in running if mode == "journey" or s.name != "queueing"]
                found[f"{mode} {people}"] = {s.name: load(s, mode, people, seconds) for s in measured}
        found["memory"] = {server.name: server.memory() for server in running}
        found["cold start"] = {server.name: {"seconds": server.cold} for server in running}
    return found


@contextlib.contextmanager
def servers(prepared: Path, now: Path, yardstick: Path) -> Iterator[list[Server]]:
    """Ours on a fresh copy of the prepared database, and the yardstick twice: as it is, and with writers that queue."""
    shutil.rmtree(now, ignore_errors=True)
    now.mkdir()
    shutil.copy(prepared / "review.sqlite3", now)
    settings = dict(line.split("=", 1) for line in (prepared / "env").read_text().splitlines())
    settings |= {"MYREVIEW_INSTANCE": str(now), "MYREVIEW_LOG_LEVEL": "warning"}
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(
                served(
                    "ours",
                    "webapp:create_app()",
                    PORTS["ours"],
                    path="/healthz",
                    folder=ROOT,
                    environment=settings,
                )
            )
        ]
        for name, lock in (("yardstick", "0"), ("queueing", "1")):
            environment = {
                "DB": f"sqlite:///{now}/{name}.db",
                "SYNC": "FULL",
                "LOCK": lock,
                "LOCKFILE": f"{now}/{name}.lock",
                "PYTHONPATH": str(yardstick),
                "PYTHONDONTWRITEBYTECODE": "1",
            }
            started.append(
                stack.enter_context(
                    served(
                        name,
                        "ceiling_app:app",
                        PORTS[name],
                        path="/hello",
                        folder=now,
                        environment=environment,
                    )
                )
            )
        yield started


class Doors:
    """Links to begin at: a booklet that has been answered isn't begun again, so each journey takes the next one."""

    def __init__(self, links: list[str], work: Path) -> None:
        self.links, self.work = links, work

    def file(self, mode: str, people: int) -> Path:
        """A file with the links for this load; looking at a page uses none up."""
        some = {"get": people, "post": people, "journey": max(people * 2, len(self.links) // 5)}[mode]
        if mode == "get":
            given = self.links[:some]
        else:
            given, self.links = self.links[-some:], self.links[:-some]
        file = self.work / "starts"
        file.write_text("\n".join(given))
        return file


class Load:
    """People who walk through a server's pages, on their own core."""

    def __init__(self, script: Path, work: Path, doors: Doors) -> None:
        self.script, self.work, self.doors = script, work, doors

    def __call__(self, server: Server, mode: str, people: int, seconds: float) -> Figures:
        """Figures of one load: `per_second`, `per_core` (in a second of the server's processor), p50, p95, p99 (ms)."""
        where = (
            ("--starts", str(self.doors.file(mode, people)), "--stop", END, *KNOWN)
            if server.name == "ours"
            else ()
        )
        at = ("--page", QUESTION) if server.name == "ours" and mode != "journey" else ()
        answer = self.work / "load.json"
        before = server.processor_seconds()
        said = subprocess.run(
            [
                "taskset",
                "-c",
                CLIENT_CORE,
                sys.executable,
                self.script,
                server.address,
                "--mode",
                mode,
                "-c",
                str(people),
                "-d",
                str(seconds),
                "--warm",
                "0",
                "--runs",
                "1",
                "--json",
                answer,
                *where,
                *at,
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        spent = server.processor_seconds() - before
        found: dict[str, Any] = json.loads(answer.read_text())["each"][0]
        if found.get("error") or found.get("rejected") or KINDS[mode] not in found:
            print(f"{server.name} {mode} {people}: {said.stdout}", file=sys.stderr)
        counted = found.get(KINDS[mode], {"n": 0, "per_s": 0, "p50_ms": 0, "p95_ms": 0, "p99_ms": 0})
        return {
            "per_second": counted["per_s"],
            "per_core": counted["n"] / spent,
            **{name: counted[f"{name}_ms"] for name in ("p50", "p95", "p99")},
        }


def report(runs: list[dict[str, dict[str, Figures]]], children: int) -> None:
    """The table: ours, the yardstick's, and their ratio as minimum, median and maximum over the runs."""
    print(f"\n{children} children, {len(runs)} runs, medians; ratio: min / median / max")
    print(f"{'':24} {'':10} {'ours':>9} {'yardstick':>9}   ratio")
    for name in runs[0]:
        for figure in runs[0][name]["ours"]:
            for other in [other for other in runs[0][name] if other != "ours"]:
                if other == "queueing" and not figure.startswith("p"):
                    continue
                mine, theirs = ([run[name][server][figure] for run in runs] for server in ("ours", other))
                ratios = sorted(a / b if b else 0 for a, b in zip(mine, theirs, strict=True))
                label = f"{name} ({other})" if other == "queueing" else name
                print(
                    f"{label:24} {figure:10} {statistics.median(mine):9.2f} {statistics.median(theirs):9.2f}   "
                    f"{ratios[0]:.2f} / {statistics.median(ratios):.2f} / {ratios[-1]:.2f}"
                )


if __name__ == "__main__":
    main()

"""Servers to measure: started on one core, with their processor time, memory and cold start read from the system."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE, CLIENT_CORE = "0", "1"
GUNICORN = ("-w", "2", "-k", "gthread", "--threads", "4", "--keep-alive", "30", "--no-control-socket",
            "--log-level", "warning")  # fmt: skip
START_WITHIN = 60.0
KEPT = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, its first process, and how long it took to its first answer in seconds."""

    name: str
    port: int
    pid: int
    cold: float

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def processor_seconds(self) -> float:
        """Processor time that all its processes have used so far."""
        spent = 0
        for pid in tree(self.pid):
            for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                with contextlib.suppress(OSError):
                    spent += int(task.read_text().split()[0])
        return spent / 1e9

    def memory(self) -> dict[str, float]:
        """MiB of all its processes: `rss` counts shared pages in each, `pss` counts them once in all."""
        sums = {"rss": 0.0, "pss": 0.0}
        for pid in tree(self.pid):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name = line.split(":")[0].lower()
                if name in sums:
                    sums[name] += int(line.split()[1]) / 1024
        return sums


def tree(first: int) -> list[int]:
    """This process and all that come from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, left = [], [first]
    while left:
        found.append(left.pop())
        left += children.get(found[-1], [])
    return found


@contextlib.contextmanager
def served(
    name: str, application: str, port: int, *, path: str, folder: Path, environment: Mapping[str, str]
) -> Iterator[Server]:
    """This application on gunicorn, two workers of four threads on one core; stopped at the end.

    `path` is asked for until it answers: the time to that is the cold start. Raises RuntimeError where it never does.
    Compiled modules are kept, as where a site is installed: so the first of several starts is slower.
    """
    own = ("--config", "bin/gunicorn.conf.py") if name == "ours" else ()
    gunicorn = (sys.executable, "-m", "gunicorn", *own, "-b", f"127.0.0.1:{port}", *GUNICORN, application)
    command = ("taskset", "-c", SERVER_CORE, *gunicorn)
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **KEPT, **environment}, start_new_session=True
    )
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.perf_counter() - started > START_WITHIN:
                raise RuntimeError(f"{name} did not start")
            time.sleep(0.005)
        yield Server(name, port, process.pid, time.perf_counter() - started)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

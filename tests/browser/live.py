"""The site as people meet it: gunicorn on a free port here, with made-up people in a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import PREFIX, ROOT
from tests.fixtures.houses import KEYS

STOP_SECONDS = 15


@dataclass(frozen=True)
class Live:
    """A running site."""

    url: str
    instance: Path
    environ: dict[str, str]

    def people(self, role: str) -> list[dict[str, Any]]:
        """The people of the demonstration with this role, their addresses on this site."""
        rows = json.loads((self.instance / "demo.json").read_text("utf-8"))
        found = [{**row, "url": self.here(row["url"])} for row in rows if row["role"] == role]
        assert found, f"nobody in the demonstration is {role!r}, only {sorted({row['role'] for row in rows})}"
        return found

    def here(self, url: str) -> str:
        """The same path on this site."""
        parts = urlsplit(url)
        return self.url + parts.path + (f"?{parts.query}" if parts.query else "")

    def flask(self, *command: str) -> str:
        """Runs a flask command on this site's database; gives what it printed."""
        return _flask(self.environ, *command)


def prepare(instance: Path, keys: dict[str, str] = KEYS) -> None:
    """Fills a new folder with a migrated database and the made-up people. Slow: do it once and copy."""
    instance.mkdir(mode=0o700)
    environ = environment(instance, "http://127.0.0.1", keys)
    _flask(environ, "db", "upgrade")
    _flask(environ, "demo", "load")
    (instance / "keys.json").write_text(json.dumps(keys), "utf-8")


def copy(prepared: Path, instance: Path) -> Path:
    """A prepared folder of one's own."""
    return Path(shutil.copytree(prepared, instance))


def environment(instance: Path, url: str, keys: dict[str, str]) -> dict[str, str]:
    """What the site finds in its environment: ours, and no setting from outside."""
    ours = {"MODE": "demo", "INSTANCE": str(instance), "PUBLIC_URL": url, "LOG_LEVEL": "warning"}
    ours |= {name.upper(): value for name, value in keys.items()}
    outside = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return outside | {PREFIX + name: value for name, value in ours.items()}


@contextlib.contextmanager
def serve(instance: Path, name: str = "127.0.0.1") -> Iterator[Live]:
    """Runs the site of a prepared folder. The port is open at once: the first request waits for the site.

    `name` is what its addresses call this machine.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://{name}:{listener.getsockname()[1]}"
        keys = json.loads((instance / "keys.json").read_text("utf-8"))
        environ = environment(instance, url, keys)
        options = "--workers 1 --worker-class gthread --threads 4 --graceful-timeout 3 --no-control-socket"
        bound = ["--bind", f"fd://{listener.fileno()}", "--log-level", "warning"]
        site = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *bound, *options.split(), "webapp:create_app()"],
            cwd=ROOT,
            env=environ,
            pass_fds=[listener.fileno()],
        )
    try:
        yield Live(url, instance, environ)
        assert site.poll() is None, "the site stopped by itself"
    finally:
        site.terminate()
        try:
            site.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            site.kill()
            site.wait()


def _flask(environ: dict[str, str], *command: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "webapp", *command],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, (
        f"flask {' '.join(command)} ended with {run.returncode}:\n{run.stderr or run.stdout}"
    )
    return run.stdout

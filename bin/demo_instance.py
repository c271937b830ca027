"""What bin/run does to its instance folder and its port; standard library only."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

KEYS = ("SECRET_KEY", "MASTER_KEY", "LOOKUP_KEY")
KEY_FILE = "demo.env"
PEOPLE = "demo.json"
DATABASE = "review.sqlite3"
MIGRATED = "migrated"
START_SECONDS = 60


def check_port(port: str) -> None:
    """Ends with a sentence if nobody can listen on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (OSError, OverflowError):
            sys.exit(
                f"Port {port} is taken, or not ours. Try another: bin/run --port {int(port) % 60000 + 1}"
            )


def remove(folder: str) -> None:
    """Removes an instance folder of ours; refuses any other folder."""
    instance = Path(folder)
    if not instance.exists():
        return
    if any(instance.iterdir()) and not (instance / KEY_FILE).exists():
        sys.exit(f"{instance} holds no {KEY_FILE}, so bin/run did not make it and will not remove it.")
    shutil.rmtree(instance)


def prepare(folder: str, site: str) -> None:
    """Makes the folder, its keys (once) and its address; a half-loaded database goes.

    `flask demo load` writes demo.json last: a database without one was interrupted.
    """
    instance = Path(folder)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_keys(instance / KEY_FILE)
    people = instance / PEOPLE
    if people.exists():
        _move_addresses(people, site)
    else:
        for part in (*instance.glob(DATABASE + "*"), instance / MIGRATED):
            part.unlink(missing_ok=True)


def _make_keys(path: Path) -> None:
    if path.exists():
        return
    lines = [f"MYREVIEW_{key}={base64.b64encode(secrets.token_bytes(32)).decode()}\n" for key in KEYS]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(lines)


def _move_addresses(people: Path, site: str) -> None:
    """Another --port than last time: the addresses in demo.json move along."""
    rows = json.loads(people.read_text("utf-8"))
    for row in rows:
        before, path = row["url"].split("/", 3)[:3], row["url"].split("/", 3)[3:]
        if "/".join(before) != site:
            row["url"] = "/".join([site, *path])
    people.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", "utf-8")


def wait(site: str, process: str) -> None:
    """Returns when the site answers; ends with a sentence when its process is gone or a minute has passed."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            sys.exit("The site did not start; its last words are above.")
        try:
            opener.open(site + "/demo", timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            sys.exit(f"The site started, but {site}/demo answers {error.code}.")
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The site did not answer within {START_SECONDS} seconds.")


COMMANDS: dict[str, Callable[..., None]] = {
    "check-port": check_port,
    "remove": remove,
    "prepare": prepare,
    "wait": wait,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])

"""A receiver that takes part in tests of the `http` adapter: a real server on this machine that can be told to fail."""

from __future__ import annotations

import base64
import json
import runpy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from config import ROOT
from webapp.casesystem import signing
from webapp.casesystem.http import Http
from webapp.casesystem.outside import Outside

KEY = b"k" * 32
SHARED = base64.b64encode(KEY).decode()
Reply = tuple[int, dict[str, str], bytes]


class Receiver(ThreadingHTTPServer):
    """Keeps each key once. `answer` may answer instead; `log` is every call that came."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.kept: dict[str, dict[str, Any]] = {}
        self.log: list[tuple[str, str, dict[str, str], bytes]] = []
        self.bad: list[str] = []
        self.pages: dict[str, dict[str, Any]] = {}
        self.instead: Callable[[str, bytes], Reply | None] = lambda path, body: None
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://localhost:{self.server_port}/api"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that the other side closed is what some tests are about."""


class _Calls(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.log.append(("POST", self.path, dict(self.headers), body))
        reply = self.server.instead(self.path, body) or self._take(body)
        self._say(*reply)

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.log.append(("GET", self.path, dict(self.headers), b""))
        page = self.server.pages.get(self.path)
        reply: Reply = (200, {}, json.dumps(page).encode()) if page is not None else (204, {}, b"")
        self._say(*(self.server.instead(self.path, b"") or reply))

    def _take(self, body: bytes) -> Reply:
        given = {name: self.headers.get(name, "") for name in (signing.STAMP, signing.KEY, signing.SIGNATURE)}
        said = json.loads(body)
        try:
            key = signing.check([KEY], given, "POST", self.path, body, int(given[signing.STAMP] or 0))
        except signing.NotSignedError:
            self.server.bad.append(said["key"])
            return 401, {}, b""
        with self.server.lock:
            if key in self.server.kept:
                return 409, {}, json.dumps({"key": key, "id": f"CS-{key[:8]}"}).encode()
            self.server.kept[key] = said
        return 201, {}, json.dumps({"key": key, "id": f"CS-{key[:8]}"}).encode()

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver while the block lasts."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def running_reference(file: Path, key: str = SHARED) -> Iterator[tuple[Any, str]]:
    """docs/receiver.py while the block lasts, and its address."""
    server = runpy.run_path(str(ROOT / "docs/receiver.py"))["Receiver"](0, file, key)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server, f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reaching(url: str, **more: Any) -> Outside:
    """Calls to this machine, which settings have to allow by name."""
    given: dict[str, Any] = {"inside": ["localhost"], "plain": ["localhost"], "total": 5.0, **more}
    return Outside(url, **given)


def adapter_to(server: Receiver, **more: Any) -> Http:
    """The adapter, signing with the key that the receiver knows."""
    return Http(reaching(server.url, **more), [KEY], "my-review", pull_reviews=True)

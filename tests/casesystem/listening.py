"""A server on this machine that answers as a function says, for adapters that speak HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from webapp.casesystem.outside import Outside

HERE = ["127.0.0.1"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Says:
    """The answer to it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] | None = None


@contextmanager
def listening(answer: Callable[[Asked], Says]) -> Iterator[str]:
    """The server, running; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            says = answer(Asked(self.command, self.path, headers, body))
            self.send_response(says.status)
            for name, value in (says.headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(says.body)))
            self.end_headers()
            self.wfile.write(says.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((HERE[0], 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://{HERE[0]}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def outside(url: str) -> Outside:
    """What may call it."""
    return Outside(url, hosts=HERE, inside=HERE, plain=HERE)

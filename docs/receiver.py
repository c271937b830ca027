"""A receiver for the `http` adapter, to begin from: it keeps each event once, in SQLite, before it says so.

    RECEIVER_KEY=BASE64 python3 receiver.py 8080 events.sqlite

RECEIVER_KEY is the shared key. Put it behind a web server that speaks TLS and passes the path on as it came: the
signature is over that path. What openapi.yaml tells under `webhooks` is all that it does. Nothing but Python is needed.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LARGEST = 64 * 1024 * 1024
TABLES = """
CREATE TABLE IF NOT EXISTS event (number INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS review (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
"""


class Receiver(ThreadingHTTPServer):
    def __init__(self, port, file, key):
        super().__init__(("127.0.0.1", port), Call)
        self.file, self.key = file, key
        self.open().executescript(TABLES)

    def open(self):
        return sqlite3.connect(self.file, timeout=10)


class Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        if not (length := self.headers.get("Content-Length", "")).isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            return self.say(413)
        body = self.rfile.read(int(length))
        if not self.signed(body):
            return self.say(401)
        if self.path != "/events":
            return self.say(404)
        try:
            event = json.loads(text := body.decode())
            whole = all(self.sound(one) for one in [*event["files"], *filter(None, [event.get("paper")])])
            if event["key"] != self.headers["Idempotency-Key"] or not whole:
                return self.say(422)
        except (ValueError, KeyError, TypeError, AttributeError):
            return self.say(422)
        with self.server.open() as db:  # committed at its end, before anything is said
            put = "INSERT INTO event (key, body) VALUES (?, ?) ON CONFLICT DO NOTHING"
            new = db.execute(put, (event["key"], text)).rowcount
            (number,) = db.execute("SELECT number FROM event WHERE key = ?", (event["key"],)).fetchone()
        return self.say(201 if new else 409, {"key": event["key"], "id": number})

    def do_GET(self):
        if not self.signed(b""):
            return self.say(401)
        parts = urlsplit(self.path)
        since = parse_qs(parts.query).get("since", ["0"])[0]
        if parts.path != "/reviews" or not since.isdecimal():
            return self.say(404)
        find = "SELECT number, body FROM review WHERE number > ? ORDER BY number LIMIT 1000"
        rows = self.server.open().execute(find, (int(since),)).fetchall()
        if not rows:
            return self.say(204)
        return self.say(200, {"reviews": [json.loads(body) for _, body in rows], "cursor": str(rows[-1][0])})

    def signed(self, body):
        names = ("X-Review-Timestamp", "Idempotency-Key", "X-Review-Signature")
        stamp, key, said = (self.headers.get(name, "") for name in names)
        lines = ["v1", stamp, key, self.command, self.path, hashlib.sha256(body).hexdigest()]
        mark = hmac.new(self.server.key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        right = hmac.compare_digest(f"v1={mark}".encode(), said.encode())
        return right and stamp.isdecimal() and abs(time.time() - int(stamp)) <= 300

    def sound(self, file):
        return hashlib.sha256(base64.b64decode(file["data"])).hexdigest() == file["sha256"]

    def say(self, status, answer=None):
        body = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_): ...


if __name__ == "__main__":
    Receiver(int(sys.argv[1]), sys.argv[2], base64.b64decode(os.environ["RECEIVER_KEY"])).serve_forever()

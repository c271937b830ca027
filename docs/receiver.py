"""Takes events from "My Review, My Choice" (openapi.yaml) and keeps each once, as a line of JSON in a file.

Start: RECEIVER_KEY=BASE64 python3 receiver.py 8080 events.jsonl (two keys with a comma between while they change).
TLS belongs in front, and has to pass paths on as they came. `self.path` is shortened: it can't be what is checked.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST, SLACK = 64 * 2**20, 300
KNOWN = "views invite-choices withdrawal worry participation paper-copy decisions invitations attendance letter request"


def fault(got, key):
    """What is wrong with an event, for good; None where nothing is. Fields that we don't know are passed over."""
    if got["key"] != key or type(got["sequence"]) is not int or not got["about"]["review_id"]:
        return "key, sequence or about"
    if got["schema"] not in [f"{name}/1" for name in KNOWN.split()]:
        return "schema not known"
    for file in [*got["files"], *filter(None, [got.get("paper")])]:
        if hashlib.sha256(base64.b64decode(file["data"], validate=True)).hexdigest() != file["sha256"]:
            return "file not whole"
    listed = () if "form" in got else got["event"].get("attachments", ())
    if {one["id"] for one in listed} - {file["id"] for file in got["files"]}:
        return "attachment without its file"
    return "no paper" if got["schema"] == "paper-copy/1" and not got.get("paper") else None


class Receiver(ThreadingHTTPServer):
    def __init__(self, port, file, key):
        self.keys = [base64.b64decode(one.strip(), validate=True) for one in key.split(",")]
        if min(map(len, self.keys)) < 32:
            raise ValueError("a key has 32 bytes or more")
        self.file, self.lock, self.seen, self.end = file, threading.Lock(), {}, 0
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        super().__init__(("127.0.0.1", port), Call)

    def take(self, got):
        with self.lock, open(self.file, "r+b") as f:
            fcntl.flock(f, fcntl.LOCK_EX)  # of another process at the same file
            f.seek(self.end)
            for line in f:
                if line.endswith(b"\n"):  # one that isn't whole was never answered: it comes again
                    self.seen.setdefault(json.loads(line)["key"], len(self.seen) + 1)
                    self.end += len(line)
            if got["key"] not in self.seen:
                f.truncate(f.seek(self.end))
                f.write(json.dumps(got).encode() + b"\n")
                f.flush()
                self.seen[got["key"]], self.end = len(self.seen) + 1, f.tell()
            os.fsync(f.fileno())
            return self.seen[got["key"]]


class Call(BaseHTTPRequestHandler):
    timeout = 25

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 9 or int(length) > LARGEST:
            return self.say(413)
        body, key = self.rfile.read(int(length)), self.headers.get("Idempotency-Key", "")
        if not self.signed(key, body):
            return self.say(401)  # all wait
        if not self.path.endswith("/events"):
            return self.say(404)
        try:
            if why := fault(got := json.loads(body), key):
                return self.say(422, title=why)  # waits for a person
            return self.say(201, key=key, id=self.server.take(got))
        except OSError:
            return self.say(503)  # the disk is full or gone: all wait
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return self.say(422, title="not as described")

    def signed(self, key, body):
        when, said = (self.headers.get(f"X-Review-{name}", "") for name in ("Timestamp", "Signature"))
        text = "\n".join(["v1", when, key, *self.requestline.split()[:2], hashlib.sha256(body).hexdigest()])
        marks = [b"v1=" + hmac.new(k, text.encode(), "sha256").hexdigest().encode() for k in self.server.keys]
        right = any(hmac.compare_digest(mark, said.encode()) for mark in marks)
        return right and when.isdecimal() and abs(time.time() - int(when)) <= SLACK

    def say(self, status, **said):
        self.send_response(status)
        self.send_header("Content-Type", f"application/{'json' if status < 300 else 'problem+json'}")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())


if __name__ == "__main__":
    Receiver(int(sys.argv[1]), sys.argv[2], os.environ["RECEIVER_KEY"]).serve_forever()

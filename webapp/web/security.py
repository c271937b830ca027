"""Rules that hold for every page: headers, cookies, body limits, forms' tokens, errors, static files' addresses."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT
from webapp import logs
from webapp.house import House, house
from webapp.services.visits import COOKIE_LIVES
from webapp.web import fragments, problems, staff_problems, visiting
from webapp.web.from_here import from_here, surely_from_here

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from itsdangerous import URLSafeTimedSerializer

BODY_AT_MOST = 64 * 1024
"""Bytes in one request; a whole answer of 5,000 characters fits in any script."""
WITH_PICTURES_AT_MOST = 16 * 1024 * 1024
"""Bytes of a question's form with a photo in it: one that is too big is still read, so that its words are kept."""
WITH_REVIEWS_AT_MOST = WITH_PICTURES_AT_MOST
"""Bytes of the form with a file of reviews: one that is too big is read up to here, so that its page can say so."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = "max-age=31536000; includeSubDomains"
NOT_KEPT = ("Cache-Control", "no-store")
FOREVER = "public, max-age=31536000, immutable"

MULTIPART = "multipart/form-data"


class Forms(CSRFProtect):  # type: ignore[misc]
    """The library's tokens against forgery, and one thing that proves as much: a page of ours that says whose booklet
    it was.

    The token goes with the browser's cookie, and the cookie with a visit that was ended in another tab. What was typed
    in this tab is saved all the same where the same person is in again, and a call for help gets through.
    """

    def protect(self, apply_exemptions: bool = False) -> None:
        """Raises CSRFError where nothing shows that a page of ours sent this."""
        try:
            super().protect(apply_exemptions)
        except CSRFError:
            if not (surely_from_here() and visiting.proves(request.endpoint)):
                raise


csrf = Forms()
log = logs.get("web")
SECRETS = frozenset(["pin", "picture", "code", "fact", "day", "month", "password"])
"""Names of fields that are never written back into a page."""


class Edge:
    """What every answer has in common, added where it leaves us: its headers, whatever made it.

    Answers HEAD as GET without its body, before any view sees it: what isn't a POST must change nothing (A3). What
    says nothing of its own about being kept isn't kept.
    """

    def __init__(self, inner: WSGIApplication, headers: Mapping[str, str]) -> None:
        self.inner, self.headers = inner, list(headers.items())

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request."""

        def with_headers(
            status: str, headers: list[tuple[str, str]], error: Any = None
        ) -> Callable[[bytes], object]:
            kept = any(name == "Cache-Control" for name, _ in headers)
            return start(status, headers + self.headers + ([] if kept else [NOT_KEPT]), error)

        if environ["REQUEST_METHOD"] != "HEAD":
            return self.inner(environ, with_headers)
        answer = self.inner({**environ, "REQUEST_METHOD": "GET"}, with_headers)
        if close := getattr(answer, "close", None):
            close()
        return []


class InMemory(Request):
    """Keeps files that come in out of the machine's temporary folder: nothing of a child stands on a disk in clear."""

    def _get_file_stream(self, *_args: Any, **_more: Any) -> IO[bytes]:
        return io.BytesIO()


class Sessions(SecureCookieSessionInterface):
    """Flask's own signed cookie. Its signer is made once, not once or twice a request."""

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and reads the cookie."""
        return self._signer


def init_app(app: Flask, home: House) -> None:
    """Apply the rules to this application."""
    secure = home.settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=home.settings.secret_key,
        SESSION_COOKIE_NAME="__Host-s" if secure else "s",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=COOKIE_LIVES,
        MAX_CONTENT_LENGTH=BODY_AT_MOST,
        MAX_FORM_MEMORY_SIZE=BODY_AT_MOST,
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_MIN_SIZE=400,
        COMPRESS_ALGORITHM=["br", "gzip"],  # of one small page, zstd makes more bytes
        COMPRESS_BR_LEVEL=5,
        COMPRESS_STREAMS=False,
        TRUSTED_HOSTS=[urlsplit(home.settings.public_url).hostname] if home.settings.mode == "live" else None,
    )
    if home.settings.trusted_proxies:
        n = home.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n)  # type: ignore[method-assign]
    headers = {**HEADERS, "Strict-Transport-Security": HSTS} if secure else HEADERS
    app.wsgi_app = Edge(app.wsgi_app, headers)  # type: ignore[method-assign, assignment]
    app.session_interface = Sessions(app)
    app.request_class = InMemory
    app.before_request(_has_a_length)
    app.before_request(_room_for_pictures)
    app.after_request(_bare)
    csrf.init_app(app)
    Compress(app)
    _static(app)
    fragments.init_app(app)
    _errors(app)


def _has_a_length() -> None:
    """A body in chunks without a length would be cut at the limit without a word; no browser sends a form so."""
    if "Transfer-Encoding" in request.headers:
        abort(413)


def _room_for_pictures() -> None:
    """A question's own form may carry a drawing and a photo, from whoever has opened a link; the Review Unit's, a file
    of reviews.
    """
    if (
        request.endpoint == "respond.question"
        and request.mimetype == MULTIPART
        and visiting.COOKIE in session
    ):
        request.max_content_length = WITH_PICTURES_AT_MOST
    elif request.endpoint == "staff.upload_reviews" and request.mimetype == MULTIPART and "staff" in session:
        request.max_content_length = WITH_REVIEWS_AT_MOST


def _bare(answer: Response) -> Response:
    """A redirect needs no words for people: browsers never show them, and a slow line carries them."""
    if answer.location:
        answer.set_data(b"")
    return answer


def _static(app: Flask) -> None:
    folder = ROOT / "static"
    marks: dict[str, str] = {}

    def static_url(name: str) -> str:
        """The address of a static file, with a mark of its content: such an answer may be kept for ever."""
        if name not in marks:
            marks[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:8]
        return f"/static/{name}?v={marks[name]}"

    app.static_folder = str(folder)
    app.add_url_rule("/static/<path:filename>", "static", _open_static(app))
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _open_static(app: Flask) -> Any:
    def static(filename: str) -> Response:
        """A file of ours; nothing about anyone."""
        answer = app.send_static_file(filename)
        answer.direct_passthrough = False
        answer.make_sequence()  # whole, and so packed like a page
        if "v" in request.args:
            answer.headers["Cache-Control"] = FOREVER
        return answer

    static.access = "open"  # type: ignore[attr-defined]
    return static


def _errors(app: Flask) -> None:
    @app.errorhandler(CSRFError)
    def _forged(error: CSRFError) -> Any:
        if request.endpoint == "public.not_safe":
            return redirect(url_for("public.not_safe"), 303)  # numbers to ring, whatever else is wrong
        return staff_problems.forged() if staff_problems.concerns() else _given_back(), 400

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        if problems.concerns():
            return problems.of(error)
        if staff_problems.concerns():
            return staff_problems.refused(error.code), error.code
        known = {400: "bad", 404: "missing", 405: "missing", 413: "big", 429: "often"}
        code = known.get(error.code, "bad" if error.code < 500 else "ours")
        if code == "big" and request.mimetype == MULTIPART:
            code = "photo"
        return render_template("error.html", code=code), error.code

    _failures(app)


def _failures(app: Flask) -> None:
    @app.errorhandler(DBAPIError)
    def _database(error: DBAPIError) -> Any:
        log.error("database_failed", **logs.trouble(error), code=request.endpoint)
        if problems.concerns():
            return problems.answer(503, "ours", headers={"Retry-After": "30"})
        return staff_problems.failed("again") if staff_problems.concerns() else _once_more("again"), 503

    @app.errorhandler(Exception)
    def _ours(error: Exception) -> Any:
        log.error("page_failed", **logs.trouble(error), code=request.endpoint)
        if problems.concerns():
            return problems.answer(500, "ours")
        return staff_problems.failed("ours") if staff_problems.concerns() else _once_more("ours"), 500


WORDS = re.compile("words|not_words|w-.*|(?:p-|a).*-(?:name|who|which|why)")
"""Names of the fields of a booklet's pages in which words are typed."""


def typed_again() -> list[tuple[str, str]]:
    """What this very request carried, to be sent once more by a press. A secret is never written back into a page."""
    if request.method != "POST" or SECRETS & set(request.form):
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def typed_words() -> str:
    """The words among it, to be read and copied."""
    return "\n\n".join(value for name, value in typed_again() if WORDS.fullmatch(name) and value.strip())


def _given_back() -> str:
    """The page of a form whose token doesn't fit: the words that it carried, where a page of ours sent them.

    Only a booklet's form can be sent once more, and only one that says whose it was: a press must do nothing that
    another site made up, nor write one person's words into another's booklet (A9, A12).
    """
    ours = from_here()
    saves = request.endpoint in ("respond.question", "respond.ask")
    typed = typed_again() if ours and saves and request.form.get("whose") else []
    words = typed_words() if ours else ""
    return render_template(
        "error.html", code="kept" if typed else "copied" if words else "token", typed_here=words, typed=typed,
        to=request.full_path.removesuffix("?") if typed else "",
    )  # fmt: skip


def _once_more(code: str) -> str:
    """The page of a failure of ours: what was typed, to be sent again by a press. Nobody types twice (F10).

    A secret is not written back into a page: that form is filled in again. A call for help that failed shows the
    numbers to ring.
    """
    again = request.method == "POST" and not SECRETS & set(request.form)
    typed = typed_again()
    if request.endpoint == "public.not_safe" and not g.get("told"):
        code = "alone"
    elif code == "again" and not again:
        code = "busy"
    to = request.full_path.removesuffix("?") if again else ""
    return render_template("error.html", code=code, typed=typed, to=to, authority=house().authority)

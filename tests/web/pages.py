"""A browser without a screen for tests: fetches, follows, presses buttons, and checks every page it gets.

    page = pages.get("/start")
    page = pages.press(page, "Go on", known_fact="12 May")   # fills in the form around this button
    assert "Hello" in page.text

Any page that breaks a rule of `tests.web.checks` fails the test that fetched it, whatever the test was about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.web import checks
from tests.web.dom import Element, read

REDIRECTS = frozenset([301, 302, 303, 307, 308])
MOST_REDIRECTS = 8
OPEN = "open"


@dataclass(frozen=True, eq=False)
class Page:
    """One answer of the site, as a person would meet it."""

    url: str
    status: int
    headers: Headers
    body: str
    root: Element

    @property
    def text(self) -> str:
        """The words on the page."""
        return self.root.text

    @property
    def title(self) -> str:
        """The title in the tab."""
        return " ".join("".join(str(c) for c in self.root.first("title").children).split())

    @property
    def h1(self) -> str:
        """The main heading."""
        return self.root.first("h1").text

    @property
    def errors(self) -> list[str]:
        """The words of the error summary's links."""
        return [a.text for box in self.root.all(role="alert") for a in box.all("a")]

    def link(self, words: str) -> str:
        """Where the link with these words goes."""
        found = [a for a in self.root.all("a") if words.lower() in a.text.lower() and "href" in a.attrs]
        assert found, f"no link says {words!r}; there are {[a.text for a in self.root.all('a')]}"
        return urljoin(self.url, found[0].attrs["href"])

    def button(self, words: str) -> Element:
        """The button with these words: the one that says exactly them, else the first that has them."""
        found = [b for b in self.root.all("button") if words.lower() in (b.text or _alt(b)).lower()]
        assert found, (
            f"no button says {words!r}; there are {[b.text or _alt(b) for b in self.root.all('button')]}"
        )
        return next((b for b in found if b.text.lower() == words.lower()), found[0])


def _alt(button: Element) -> str:
    return " ".join(i.attrs.get("alt", "") for i in button.all("img"))


class Pages:
    """One person's browser: its own cookies, every page checked."""

    def __init__(self, app: Flask, **environ: Any) -> None:
        self.app = app
        self.client = app.test_client()
        self.environ = environ
        self.raised: list[Exception] = []
        handle = app.handle_user_exception

        def remember(e: Exception) -> Any:
            self.raised.append(e)
            return handle(e)

        app.handle_user_exception = remember  # type: ignore[method-assign]

    def get(self, url: str, *, follow: bool = True, **options: Any) -> Page:
        """Opens an address. A page that answers 500 or more fails the test unless `may_fail` is given."""
        return self._open("GET", url, follow=follow, **options)

    def post(
        self, url: str, data: Mapping[str, Any] | MultiDict[str, Any] | None = None, **options: Any
    ) -> Page:
        """Sends a form as it stands, without a token against forgery unless `data` has one."""
        return self._open("POST", url, data=data or {}, **options)

    def click(self, page: Page, words: str) -> Page:
        """Follows the link with these words."""
        return self.get(page.link(words))

    def press(self, page: Page, words: str, /, *, follow: bool = True, **answers: Any) -> Page:
        """Fills in the form around the button with these words and sends it by that button.

        What the page has filled in stays unless `answers` says otherwise; a name that the form has no
        field for is an error.
        """
        button = page.button(words)
        form = next((above for above in button.up() if above.tag == "form"), None)
        if form is None:
            form = page.root.first("form", id=button.attrs.get("form", ""))
        data = filled(form)
        for name, value in answers.items():
            assert name in fields_of(form), f"the form has no field {name!r}, only {sorted(fields_of(form))}"
            values = value if isinstance(value, list | tuple | set) else [value]
            data.setlist(name, [str(v) for v in values])
        if "name" in button.attrs:
            data.add(button.attrs["name"], button.attrs.get("value", ""))
        url = urljoin(page.url, button.attrs.get("formaction") or form.attrs.get("action") or page.url)
        if form.attrs.get("method", "get").lower() == "get":
            return self._open("GET", url, query_string=data, follow=follow)
        return self._open("POST", url, data=data, follow=follow)

    def _open(
        self, method: str, url: str, *, follow: bool = True, may_fail: bool = False, **options: Any
    ) -> Page:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        for _ in range(MOST_REDIRECTS):
            response = self.client.open(path, method=method, environ_overrides=self.environ, **options)
            if response.status_code >= 500 and not may_fail:
                raise AssertionError(f"{method} {path} answers {response.status_code}") from (
                    self.raised[-1] if self.raised else None
                )
            self._check_headers(method, path, response)
            if not (follow and response.status_code in REDIRECTS):
                return _page(path, response)
            target = urlsplit(urljoin(f"http://localhost{path}", response.headers["Location"]))
            path = target.path + (f"?{target.query}" if target.query else "")
            method, options = "GET", {}
        raise AssertionError(f"{url} redirects without end")

    def _check_headers(self, method: str, path: str, response: TestResponse) -> None:
        if response.mimetype != "text/html":
            return
        problems = list(checks.header_problems(response.headers, self._is_personal(method, path, response)))
        assert not problems, f"{method} {path} ({response.status_code}):\n  " + "\n  ".join(problems)

    def _is_personal(self, method: str, path: str, response: TestResponse) -> bool:
        """Personal: behind a door that is not open, or giving or holding a cookie that opens one."""
        if response.headers.getlist("Set-Cookie"):
            return True
        try:
            endpoint, _ = self.app.url_map.bind("localhost").match(urlsplit(path).path, method=method)
        except HTTPException:
            return False
        return getattr(self.app.view_functions[endpoint], "access", OPEN) != OPEN


def _page(url: str, response: TestResponse) -> Page:
    body = response.get_data(as_text=True)
    if response.mimetype != "text/html" or response.status_code in REDIRECTS:
        return Page(url, response.status_code, response.headers, body, Element("#page"))
    root, problems = read(body)
    problems += checks.page_problems(root)
    assert not problems, f"{url} ({response.status_code}):\n  " + "\n  ".join(problems)
    return Page(url, response.status_code, response.headers, body, root)


def fields_of(form: Element) -> set[str]:
    """The names of the fields of a form."""
    return {e.attrs["name"] for e in form.all("input", "select", "textarea") if "name" in e.attrs}


def filled(form: Element) -> MultiDict[str, str]:
    """What a browser would send of a form as the page gave it, without a button."""
    data: MultiDict[str, str] = MultiDict()
    for e in form.all("input", "select", "textarea"):
        name, kind = e.attrs.get("name"), e.attrs.get("type", "text")
        if not name or "disabled" in e.attrs or kind in ("submit", "button", "image", "reset", "file"):
            continue
        if kind in ("radio", "checkbox"):
            if "checked" in e.attrs:
                data.add(name, e.attrs.get("value", "on"))
        elif e.tag == "textarea":
            data.add(name, "".join(str(c) for c in e.children).removeprefix("\n"))
        elif e.tag == "select":
            options = e.all("option")
            chosen = [o for o in options if "selected" in o.attrs] or options[:1]
            for option in chosen:
                data.add(name, option.attrs.get("value", option.text))
        else:
            data.add(name, e.attrs.get("value", ""))
    return data

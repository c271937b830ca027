"""What every HTML page of ours must be; `tests.web.pages` holds each page that any test fetches to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from werkzeug.datastructures import Headers

from tests.web.dom import Element

UNLABELLED = frozenset(["hidden", "submit", "button", "image", "reset"])
LOADING = ("script", "link", "img", "iframe", "source", "video", "audio", "object", "embed", "use")
TYPED = frozenset(["text", "email", "tel", "search", "url", "number", "date", "time", "password"])
RIGHT_TO_LEFT = frozenset(["ar", "fa", "he", "ku-Arab", "ckb", "prs", "ps", "ur"])


def one_heading_of_first_order(page: Element) -> Iterator[str]:
    """A page says once what it is."""
    headings = page.all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 elements, not one"
    elif not headings[0].text:
        yield "the h1 is empty"


def headings_step_by_one(page: Element) -> Iterator[str]:
    """A screen reader's list of headings has no gaps."""
    level = 0
    for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6"):
        now = int(heading.tag[1])
        if level and now > level + 1:
            yield f"h{level} is followed by h{now}: {heading.text!r}"
        level = now


def a_title(page: Element) -> Iterator[str]:
    """The tab and the history say where you are."""
    titles = [t for t in page.all("title") if not any(above.tag == "svg" for above in t.up())]
    if len(titles) != 1 or not "".join(str(c) for c in titles[0].children).strip():
        yield "not exactly one title with words in it"


def language_and_direction(page: Element) -> Iterator[str]:
    """The html element says its language and its direction, and they agree."""
    html = page.first("html")
    lang, direction = html.attrs.get("lang", ""), html.attrs.get("dir", "")
    if not lang:
        yield "html has no lang"
    expected = "rtl" if lang in RIGHT_TO_LEFT or lang.split("-")[0] in RIGHT_TO_LEFT else "ltr"
    if direction != expected:
        yield f"html is lang={lang!r} dir={direction!r}, not dir={expected!r}"


def ids_are_unique(page: Element) -> Iterator[str]:
    """Labels, errors and links find one element."""
    counts = Counter(e.attrs["id"] for e in page.walk() if "id" in e.attrs)
    for name, count in counts.items():
        if count > 1:
            yield f"id {name!r} is used {count} times"
        if not name or any(letter.isspace() for letter in name):
            yield f"id {name!r} is empty or has a space"


def references_land(page: Element) -> Iterator[str]:
    """Links within the page (the error summary's too), label-for and aria references find their element."""
    ids = {e.attrs["id"] for e in page.walk() if "id" in e.attrs}
    for e in page.walk():
        href = e.attrs.get("href", "")
        if e.tag == "a" and href.startswith("#") and href[1:] not in ids:
            yield f"a link goes to {href}, which is not there"
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details"):
            for target in e.attrs.get(name, "").split():
                if target not in ids:
                    yield f"<{e.tag} {name}={target!r}> points at nothing"


def inputs_are_labelled(page: Element) -> Iterator[str]:
    """Every field has words of its own."""
    labels = {e.attrs["for"]: e.text for e in page.all("label") if "for" in e.attrs}
    for e in page.all("input", "select", "textarea"):
        if e.tag == "input" and e.attrs.get("type", "text") in UNLABELLED:
            continue
        wrapped = any(above.tag == "label" and above.text for above in e.up())
        named = e.attrs.get("aria-label") or e.attrs.get("aria-labelledby")
        if not (wrapped or named or labels.get(e.attrs.get("id", ""))):
            yield f"<{e.tag} name={e.attrs.get('name')!r}> has no label"


def groups_have_legends(page: Element) -> Iterator[str]:
    """Radio buttons and groups of tick boxes stand in a fieldset that says what they answer."""
    names = Counter(
        e.attrs.get("name", "") for e in page.all("input") if e.attrs.get("type") in ("radio", "checkbox")
    )
    for e in page.all("input"):
        if e.attrs.get("type") not in ("radio", "checkbox") or names[e.attrs.get("name", "")] < 2:
            continue
        fieldset = next((above for above in e.up() if above.tag == "fieldset"), None)
        if fieldset is None or not any(legend.text for legend in fieldset.all("legend")):
            yield f"{e.attrs.get('name')!r} has no fieldset with a legend"


def nothing_inline(page: Element) -> Iterator[str]:
    """The content security policy allows no script or style in a page."""
    for e in page.walk():
        if e.tag == "style" or "style" in e.attrs:
            yield f"inline style in <{e.tag}>"
        if e.tag == "script" and "src" not in e.attrs:
            yield "inline script"
        yield from (f"<{e.tag} {name}>" for name in e.attrs if name.startswith("on"))
        if any(e.attrs.get(name, "").lower().startswith("javascript:") for name in ("href", "src", "action")):
            yield f"javascript: in <{e.tag}>"


def nothing_from_elsewhere(page: Element) -> Iterator[str]:
    """Nothing is loaded from another host (links that a person follows are not loading)."""
    for e in page.all(*LOADING):
        for name in ("src", "href", "srcset", "data", "poster"):
            value = e.attrs.get(name, "")
            if value.startswith(("//", "http:", "https:")):
                yield f"<{e.tag} {name}={value!r}> is loaded from elsewhere"


def landmarks(page: Element) -> Iterator[str]:
    """One main with id main, which the first link of the page skips to."""
    mains = page.all("main")
    if len(mains) != 1 or mains[0].attrs.get("id") != "main":
        yield "not exactly one <main id=main>"
    links = page.all("a")
    if not links or links[0].attrs.get("href") != "#main":
        yield "the first link does not skip to #main"


def pictures_have_words(page: Element) -> Iterator[str]:
    """Every picture has an alt text, empty where it only decorates."""
    for e in page.all("img"):
        if "alt" not in e.attrs:
            yield f"<img src={e.attrs.get('src')!r}> has no alt"
    for e in page.all("svg"):
        if e.attrs.get("aria-hidden") != "true" and e.attrs.get("role") != "img":
            yield "an svg is neither hidden nor an image with a name"


def buttons_have_words(page: Element) -> Iterator[str]:
    """Every button and link says what it does."""
    for e in page.all("a", "button"):
        pictures = " ".join(i.attrs.get("alt", "") for i in e.all("img"))
        if not (e.text or pictures.strip() or e.attrs.get("aria-label")):
            yield f"<{e.tag} href={e.attrs.get('href')!r}> says nothing"


def forms_post_with_a_token(page: Element) -> Iterator[str]:
    """What changes something carries the token against forgery, and browsers keep nothing typed."""
    for form in page.all("form"):
        if form.attrs.get("method", "get").lower() == "post":
            if not form.all("input", name="csrf_token"):
                yield f"form to {form.attrs.get('action')!r} has no csrf_token"
            typed = [e for e in form.all("input") if e.attrs.get("type", "text") in TYPED]
            typed += form.all("textarea")
            if form.attrs.get("autocomplete") != "off" and not all("autocomplete" in e.attrs for e in typed):
                yield f"form to {form.attrs.get('action')!r} lets the browser remember what was typed"


PAGE_CHECKS: tuple[Callable[[Element], Iterator[str]], ...] = (
    one_heading_of_first_order,
    headings_step_by_one,
    a_title,
    language_and_direction,
    ids_are_unique,
    references_land,
    inputs_are_labelled,
    groups_have_legends,
    nothing_inline,
    nothing_from_elsewhere,
    landmarks,
    pictures_have_words,
    buttons_have_words,
    forms_post_with_a_token,
)


def header_problems(headers: Headers, personal: bool) -> Iterator[str]:
    """What the headers of a page must say; a personal page is kept nowhere."""
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy and "default-src 'self'" not in policy:
        yield f"the content security policy is {policy!r}"
    if "unsafe-" in policy or "*" in policy:
        yield f"the content security policy lets too much through: {policy!r}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "no X-Content-Type-Options: nosniff"
    if headers.get("Referrer-Policy") not in ("no-referrer", "same-origin"):
        yield f"Referrer-Policy is {headers.get('Referrer-Policy')!r}"
    if personal and "no-store" not in headers.get("Cache-Control", ""):
        yield f"a personal page may be kept: Cache-Control {headers.get('Cache-Control')!r}"


def page_problems(page: Element) -> list[str]:
    """Everything that is wrong with a page."""
    return [problem for check in PAGE_CHECKS for problem in check(page)]

"""The message catalogues as files: what has to be translated, which part of the service it is for, and what is wrong.

A catalogue holds exactly the texts that its language covers (translations/languages.yaml); so a text without a
translation in it is always something missing. The texts come out of the code, the templates and the booklets as
translations/babel.cfg says.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext

from config import ROOT
from webapp import i18n
from webapp.i18n import COVERS

PAGES, BOOKLETS, LETTERS, ADULTS, STAFF = (
    "child's pages", "child's booklets", "messages and letters", "parents and carers", "staff"
)  # fmt: skip
AREAS = (PAGES, BOOKLETS, LETTERS, ADULTS, STAFF)
IN = {
    "children": frozenset([PAGES, BOOKLETS, LETTERS]),
    "everyone": frozenset([PAGES, BOOKLETS, LETTERS, ADULTS]),
}
"""The areas of which a catalogue holds the texts, by what its language covers."""

WHERE: tuple[tuple[str, str], ...] = (
    ("templates/staff/", STAFF), ("templates/casesystem/", STAFF), ("templates/demo/", STAFF),
    ("templates/styleguide", STAFF), ("templates/messages/worry.txt", STAFF),
    ("templates/messages/silence.txt", STAFF), ("templates/messages/officer.txt", STAFF), ("webapp/web/staff/", STAFF),
    ("templates/messages/many_looks.txt", STAFF),
    ("webapp/web/demo.py", STAFF), ("webapp/web/simulator.py", STAFF),
    ("webapp/web/styleguide.py", STAFF), ("webapp/commands/", STAFF),
    ("webapp/review/deciding_words.py", PAGES), ("webapp/review/letter_words.py", PAGES),
    ("webapp/demo/", STAFF), ("webapp/review/", STAFF), ("webapp/services/", STAFF),
    ("templates/guests/", ADULTS), ("webapp/web/guests.py", ADULTS), ("templates/messages/guest", ADULTS),
    ("templates/letters/guest.html", ADULTS), ("webapp/documents/guest_words.py", ADULTS),
    ("templates/letters/_parent.html", ADULTS), ("templates/letters/_carer.html", ADULTS),
    ("templates/letters/", LETTERS), ("templates/messages/", LETTERS), ("templates/print/", LETTERS),
    ("webapp/documents/", LETTERS), ("webapp/chat/adult_phrases.py", ADULTS), ("webapp/chat/", LETTERS),
)  # fmt: skip
"""Which part of the service a file speaks in: the first that fits. Any other file is a page's, so none is forgotten."""

DEFINITIONS = "webapp/booklet/definitions/"
SMS_NOTE, SMS_MOST = "text message", 160
FORMS = ("zero", "one", "two", "few", "many", "other")

BLANKS = re.compile(r"%\(\w+\)[a-z]|\{[a-z_]+\}")
MARKS = re.compile(r"</?[a-zA-Z][^>]*>|&#?\w+;")


def area_of(file: str) -> str:
    """The part of the service that this file speaks in."""
    if file.startswith(DEFINITIONS):
        return BOOKLETS if _booklet_is_childs(file) else ADULTS
    return next((area for start, area in WHERE if file.startswith(start)), PAGES)


@lru_cache(maxsize=64)
def _booklet_is_childs(file: str) -> bool:
    path = ROOT / file
    return not path.exists() or yaml.safe_load(path.read_text("utf-8")).get("who") == "child"


def areas(message: Message) -> list[str]:
    """The parts of the service where this text is said, first the one that matters most."""
    found = {area_of(file) for file, _ in message.locations}
    return [area for area in AREAS if area in found]


def texts(catalogue: Catalog) -> Iterator[Message]:
    """The texts of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def extracted() -> Catalog:
    """Every text there is to translate, with where it stands and the notes for whoever translates it."""
    with (ROOT / "translations/babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
    found = Catalog()
    for where, line, text, notes, _ in extract_from_dir(
        str(ROOT), methods, options, keywords, ("Translators:",)
    ):
        found.add(text, None, [(where, line)], auto_comments=notes)
    return found


def wanted(language: str, everything: Catalog) -> Catalog:
    """Those texts that this language covers, in an empty catalogue of it."""
    made = empty(language)
    for message in texts(everything):
        if not IN[COVERS[language]].isdisjoint(areas(message)):
            made.add(message.id, None, message.locations, auto_comments=sorted(set(message.auto_comments)))
    return made


def empty(language: str) -> Catalog:
    """A catalogue of this language with the plural forms that Unicode gives it, and nothing of who or when."""
    forms = re.fullmatch(r"nplurals=(\d+); plural=(.*?);?", to_gettext(_locale(language).plural_form))
    assert forms is not None
    made = Catalog(locale=language.replace("-", "_"), header_comment="", fuzzy=False)
    made._num_plurals, made._plural_expr = int(forms[1]), forms[2]  # type: ignore[assignment]
    return made


def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def forms(language: str) -> list[str]:
    """The names of a language's plural forms, in the catalogue's order."""
    tags = _locale(language).plural_form.tags | {"other"}
    return [name for name in FORMS if name in tags]


def path(language: str) -> Path:
    """The file of a language's catalogue."""
    return i18n.FOLDER / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it stands; an empty one where it has no file yet."""
    if not path(language).exists():
        return empty(language)
    with path(language).open("rb") as file:
        found = read_po(file, locale=language.replace("-", "_"))
    plain = empty(language)
    plain._messages = found._messages
    return plain


def write(language: str, catalogue: Catalog) -> None:
    """Keep a catalogue: sorted, one line a text, no line numbers and no dates, so that a change shows as itself."""
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        file.write(
            f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
            '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
            f'"Plural-Forms: nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};\\n"\n\n'.encode()
        )
        write_po(
            file, catalogue, width=0, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False
        )  # fmt: skip


def update(language: str, everything: Catalog) -> Catalog:
    """Bring a catalogue into step with the texts of today and keep it. What was translated stays; where the English
    changed a little, the old translation stays too, marked fuzzy until somebody has looked at it.
    """
    found = read(language)
    found.update(wanted(language, everything))
    found.obsolete.clear()
    write(language, found)
    return found


def id_of(message: Message) -> str:
    """A short name for a text that stays the same as long as the English does."""
    return hashlib.sha256("\0".join(english(message)).encode()).hexdigest()[:10]


def english(message: Message) -> tuple[str, ...]:
    """The English of a text; one and many, where it counts something."""
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def said(message: Message) -> tuple[str, ...]:
    """What the catalogue has for this text, form by form."""
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def is_translated(message: Message) -> bool:
    """True where every form has words; whether they are right is another matter."""
    return all(said(message)) and bool(said(message))


def problems(language: str, everything: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue as it stands in its file, one line each."""
    kept = {message.id: message for message in texts(read(language))}
    for message in texts(wanted(language, everything)):
        found = kept.pop(message.id, None)
        about = f"{language}: {english(message)[0]!r}"
        if found is None or not any(said(found)):
            yield f"{about}: not translated"
        elif found.fuzzy:
            yield f"{about}: fuzzy: the English has changed since"
        else:
            yield from (f"{about}: {wrong}" for wrong in faults(language, message, said(found)))
    yield from (
        f"{language}: {english(message)[0]!r}: nothing says this any more" for message in kept.values()
    )


def faults(language: str, message: Message, strings: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with these words as the translation of this text."""
    ours = english(message)
    wants = len(forms(language)) if len(ours) > 1 else 1
    if len(strings) != wants or not all(isinstance(one, str) and one.strip() for one in strings):
        yield f"has {len(strings)} forms, and wants {wants}, none empty"
        return
    for one in strings:
        missing = _blanks(ours[-1], one, free={"%(num)s", "%(num)d"} if wants > 1 else set())
        if missing:
            yield f"the blanks differ: {' '.join(sorted(missing))} in {one!r}"
        if Counter(MARKS.findall(one)) != Counter(MARKS.findall(ours[-1])):
            yield f"the marks (<b>, &amp;) differ: {one!r}"
        if "%" in BLANKS.sub("", one).replace("%%", "") and "%(" in ours[-1]:
            yield f"a lone %: {one!r}"
        if one != one.strip() and ours[-1] == ours[-1].strip():
            yield f"has spaces around it: {one!r}"
        if _is_sms(message) and len(one) > SMS_MOST:
            yield f"is {len(one)} characters, and a text message has {SMS_MOST}"


def _blanks(english: str, one: str, free: set[str]) -> set[str]:
    """The blanks that only one of the two has. A plural form may leave out the number where a word says it."""
    return (set(BLANKS.findall(english)) ^ set(BLANKS.findall(one))) - free


def _is_sms(message: Message) -> bool:
    return any(
        note.rstrip().endswith(f"{SMS_NOTE}: at most {SMS_MOST} characters") for note in message.auto_comments
    )

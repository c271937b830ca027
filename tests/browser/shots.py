"""Photographs the site for people, in each look and language:

python -m tests.browser.shots [NAME ...] [--look easy.dark ...] [--language cy ...] [--size phone|desk]

NAMES are of tests.browser.pages and of QUESTIONS below; without one, all. PNG files go into tests/browser/shots/
(never committed) and their names are printed: NAME[-LOOK][-LANGUAGE]-phone.png is 360 wide, -desk.png 1180.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from config import ROOT, load_authority
from tests.browser import chromium, live
from tests.browser.live import Live
from tests.browser.pages import WAYS
from tests.browser.ways import Way, as_person, bring, to

FOLDER = Path(__file__).parent / "shots"
SIZES = {"phone": chromium.PHONE, "desk": chromium.DESK}
LOOKS = ("", "easy", "big", "dark", "calm", "clear", "two")
STAFF = ("demo", "sign-in", "iro-", "duty-", "unit", "worker-", "styleguide")
"""Pages that nobody chooses a look for: photographed in one."""
QUESTIONS = ("welcome", "attend", "my_words", "who", "where", "when", "about", "help", "anything")
PHOTOGRAPHED: dict[str, Way] = {
    **WAYS,
    **{f"q-{q}": as_person("child", to(f"/b/my_review_my_choice/q/{q}")) for q in QUESTIONS},
    "q-settled": as_person("carer", to("/b/carer/q/settled")),
}


def shoot(names: list[str], looks: list[str], languages: list[str], sizes: list[str]) -> Iterator[Path]:
    """Photograph these pages; gives each file when it is made."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium.started() as browser:
        prepared = Path(folder) / "prepared"
        live.prepare(prepared)
        for size in sizes:
            with live.serve(live.copy(prepared, Path(folder) / size)) as site:
                for name, look, language in product(names, looks, languages):
                    if not (look and name.startswith(STAFF)):
                        yield _shot(browser, site, name, look, language, size)


def _shot(browser: Browser, site: Live, name: str, look: str, language: str, size: str) -> Path:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "look", "value": look, "url": site.url}])
    page = context.new_page()
    page.goto(site.url + "/language")  # pressed, so that it also counts for who has a language of their own
    bring(page, page.locator(f"main button[value={language}]"))
    PHOTOGRAPHED[name](page, site)
    parts = [name, look, language if language != "en" else "", size]
    path = FOLDER / ("-".join(part for part in parts if part) + ".png")
    page.screenshot(path=path, full_page=True)
    context.close()
    return path


def main(arguments: list[str]) -> None:
    """Read the command line and print where each photograph is."""
    offered = list(load_authority(ROOT / "webapp/demo/authority.yaml").languages)
    reader = argparse.ArgumentParser(description="Photographs the site for people.")
    reader.add_argument("names", nargs="*", metavar="NAME", choices=[*PHOTOGRAPHED, []])
    reader.add_argument(
        "--look", action="append", help="as the cookie spells it: easy.dark; '' is the usual one"
    )
    reader.add_argument("--language", action="append", choices=offered)
    reader.add_argument("--size", action="append", choices=list(SIZES))
    asked = reader.parse_args(arguments)
    names, looks = asked.names or list(PHOTOGRAPHED), asked.look or list(LOOKS)
    for path in shoot(names, looks, asked.language or offered, asked.size or list(SIZES)):
        print(path, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Photographs the pages of tests.browser.pages for people: `python -m tests.browser.shots [NAME ...]`.

PNG files in tests/browser/shots/ (never committed): NAME-phone.png is 360 wide, NAME-desk.png is 1180.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.browser import chromium, live
from tests.browser.pages import WAYS

FOLDER = Path(__file__).parent / "shots"
SIZES = {"phone": chromium.PHONE, "desk": chromium.DESK}


def shoot(names: list[str]) -> list[Path]:
    """Photograph these pages, or all; gives the files."""
    FOLDER.mkdir(exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as folder, chromium.started() as browser:
        prepared = Path(folder) / "prepared"
        live.prepare(prepared)
        for size, (width, height) in SIZES.items():
            with live.serve(live.copy(prepared, Path(folder) / size)) as site:
                for name in names or list(WAYS):
                    page = browser.new_page(viewport={"width": width, "height": height})
                    WAYS[name](page, site)
                    path = FOLDER / f"{name}-{size}.png"
                    page.screenshot(path=path, full_page=True)
                    page.close()
                    made.append(path)
    return made


if __name__ == "__main__":
    for path in shoot(sys.argv[1:]):
        print(path)

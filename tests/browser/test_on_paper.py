"""What staff print: on few sheets, and no heading by itself at the foot of one."""

from __future__ import annotations

import io
import re
import unicodedata

from playwright.sync_api import Browser
from pypdf import PdfReader

from config import ROOT
from tests.fixtures.staff import Signed, Worker, make_worker
from tests.web.test_staff_participation import ADDRESS, put
from webapp.house import House
from webapp.web.staff.counted_words import PARTS

VALUES = {
    "age": ("age_4_7", "age_8_11", "age_12_15", "age_16_plus"),
    "placement": ("foster", "connected", "residential", "adoption", "parents", "independent", "secure", "custody"),
    "area": ("in", "out"), "language": ("en", "ar", "sq", "ku", "pl", "ro", "ti", "ur", "vi", "ps", "fa"),
    "way": ("email", "letter", "none"), "channel": ("web", "sms", "whatsapp", "paper"),
    "code": tuple(f"PN{n}" for n in range(1, 8)),
}  # fmt: skip


def test_the_figures_of_a_year_stand_on_two_sheets_each_table_whole_beneath_its_heading(
    house: House, iro: Worker, signed: Signed, browser: Browser
) -> None:
    officers = [iro.id, *(make_worker(house, f"iro{n}", "iro", f"Officer {n}").id for n in range(7))]
    parts = {(part, value): 100 for part, values in {**VALUES, "iro": officers}.items() for value in values}
    put(house, {("all", "all"): 1000, **parts})
    body = signed(make_worker(house, "meera", "manager", "Meera Joshi")).get(f"{ADDRESS}?year=2026").body
    styles = "".join((ROOT / "static" / name).read_text("utf-8") for name in ("app.css", "staff.css"))
    body = re.sub(r"<link[^>]*>|<script.*?</script>", "", body, flags=re.DOTALL)
    page = browser.new_page()
    try:
        page.set_content(body.replace("</head>", f"<style>{styles}</style></head>"))
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    finally:
        page.close()
    sheets = [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in printed.pages]
    assert len(sheets) == 2
    for heading in map(str, PARTS.values()):
        (sheet,) = (one for one in sheets if re.search(rf"^ *{heading} *$", one, re.MULTILINE))
        assert re.search(r"^All\b", sheet.partition(heading)[2], re.MULTILINE), heading

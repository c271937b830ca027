"""The service manager's pages: how many children were asked, answered and came. Numbers, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from webapp import logs
from webapp.clock import london
from webapp.house import house
from webapp.review.counting import TOTAL
from webapp.services import annual_report, counting
from webapp.services import participation as figures
from webapp.services.participation import QUARTERS, Number, Year
from webapp.web.guard import door
from webapp.web.staff import counted_words, looked, pages, signed_in

BASES = frozenset(["decided", "wishes", "recorded", "told"])
"""What others are a share of: it stands beside them."""

_log = logs.get("participation")


def chosen(given: Any) -> tuple[int, str]:
    """The year and the quarter that are asked for; this year, and all of it, where nothing that makes sense is."""
    this = figures.year_of(london(house().clock()).date())
    year, quarter = given.get("year", ""), given.get("quarter", TOTAL)
    fits = year.isascii() and year.isdigit() and len(year) == 4 and 2000 <= int(year) <= this
    return int(year) if fits else this, quarter if quarter in QUARTERS else TOTAL


@pages.get("/participation")
@door.staff("manager")
def participation() -> str:
    """Who was asked, answered and came, over time and by part."""
    home, (year, quarter) = house(), chosen(request.args)
    with home.db.reading() as s:
        found, before = figures.of_year(s, year), figures.totals_of_year(s, year - 1)
        years = figures.years(s, home.clock())
        left = figures.exports_left(
            s, home.clock(), signed_in().id, home.authority.participation.exports_a_day
        )
    looked("participation", f"year:{year}:{quarter or 'all'}")
    times = [(one, q, one.total(q)) for one in (before, found) for q in one.tables[figures.ALL].columns]
    return render_template(
        "staff/participation.html", found=found, quarter=quarter, years=years, left=left, c=counted_words,
        of=figures.OF, targets=home.authority.participation, parts=list(_parts(found, quarter)),
        points=[_point(*time) for time in times],
        rows_of_time=[(f"{counted_words.QUARTERS[q]} {counted_words.of_quarter(one.year, q)}", n, False)
                      for one, q, n in times],
    )  # fmt: skip


Row = tuple[str, Mapping[str, Number], bool]


def _point(found: Year, quarter: str, numbers: Mapping[str, Number]) -> dict[str, Any]:
    """One quarter of the chart: its two words below, its two numbers."""
    return {
        "first": counted_words.SHORT[quarter], "second": counted_words.of_quarter(found.year, quarter),
        "numbers": [numbers["answered"], numbers["attended"]],
    }  # fmt: skip


def _parts(found: Year, quarter: str) -> Iterator[dict[str, Any]]:
    """Every table with its rows in words: officers by name, all others as they are counted."""
    for name in counted_words.PARTS:
        part = found.part(name, quarter)
        lines = sorted(part.lines, key=lambda line: counted_words.place(found, name, line.value))
        rows: list[Row] = [
            (counted_words.value(found, name, line.value), line.numbers, line.value == TOTAL)
            for line in lines
        ]
        shown = [m for m in part.measures if m not in BASES] if len(part.measures) > 2 else part.measures
        yield {"name": name, "rows": rows, "measures": shown}


@pages.post("/participation/take")
@door.staff("manager")
def take_participation() -> Answer:
    """The same figures as a file, so often a day; whoever takes them is written down."""
    home, (year, quarter) = house(), chosen(request.form)
    at_most = home.authority.participation.exports_a_day
    with home.db.writing() as s:
        found = figures.of_year(s, year)
        text = figures.export(s, home.clock(), signed_in().id, at_most, found, quarter)
    _log.warning("figures_taken", staff=signed_in().id, year=year, refused=text is None)
    if text is None:
        flash("too_many_exports")
        return redirect(url_for(".participation", year=year, quarter=quarter or None), 303)
    name = f"participation-{year}{'-q' + quarter if quarter else ''}.csv"
    return Response(
        "\ufeff" + text,  # so that spreadsheets read it as UTF-8
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.get("/participation/year")
@door.staff("manager")
def participation_year() -> str:
    """The participation figures of the annual report, on one page."""
    year, _ = chosen(request.args)
    looked("annual_report", f"year:{year}")
    return _year_page(year)


def _year_page(year: int, problem: str = "", typed: Mapping[str, str] | None = None) -> str:
    home = house()
    with home.db.reading() as s:
        found, years = figures.of_year(s, year, parts=()), figures.years(s, home.clock())
        told = annual_report.figures(s, year)
    code = found.part("code", TOTAL)
    return render_template(
        "staff/participation_year.html", found=found, years=years, told=told, c=counted_words, of=figures.OF,
        targets=home.authority.participation, problem=problem, typed=typed or {}, came=counting.CAME,
        codes=[(counted_words.value(found, "code", line.value), line.numbers["recorded"]) for line in code.lines],
        this=year == figures.year_of(london(home.clock()).date()),
    )  # fmt: skip


@pages.post("/participation/year")
@door.staff("manager")
def keep_figure() -> Answer | tuple[str, int]:
    """A figure that only the case system knows, with where it comes from."""
    home, (year, _) = house(), chosen(request.form)
    typed = {name: request.form.get(name, "")[:400] for name in ("measure", "count", "out_of", "source")}
    try:
        with home.db.writing() as s:
            annual_report.keep(s, home.clock(), signed_in().id, year, **typed)
    except annual_report.Refused as refused:
        return _year_page(year, refused.code, typed), 422
    flash("figure_kept")
    return redirect(url_for(".participation_year", year=year), 303)

"""flask translate update | status | check | export | import: the catalogues, and the way to those who translate."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import IO, Any

import click
from babel.messages.catalog import Message
from flask import Flask
from flask.cli import AppGroup

from webapp import catalogues
from webapp.house import house
from webapp.i18n import COVERS

language_argument = click.argument("language", type=click.Choice(list(COVERS)))


translate = AppGroup("translate", help="The message catalogues in translations/.")


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(translate)


@translate.command("update")
def update() -> None:
    """Bring every catalogue into step with the texts of today. What is translated stays."""
    everything = catalogues.extracted()
    for language in COVERS:
        found = catalogues.update(language, everything)
        left = sum(
            message.fuzzy or not catalogues.is_translated(message) for message in catalogues.texts(found)
        )
        click.echo(f"{language}: {len(found)} texts, {left} to do")


@translate.command("status")
def status() -> None:
    """How far each language is, by part of the service."""
    everything, authority = catalogues.extracted(), house().authority
    for language, covers in COVERS.items():
        on = "switched on" if language in authority.languages else "not switched on"
        signed = "signed off" if language in authority.languages_signed_off else "not signed off"
        click.echo(f"{language}  covers {covers}, {on}, {signed}")
        for area, counts in _counts(language, everything).items():
            figures = ", ".join(f"{counts[name]} {name}" for name in ("translated", "missing", "fuzzy"))
            click.echo(f"  {area:22}{figures if area in catalogues.IN[covers] else 'stays English'}")


def _counts(language: str, everything: Any) -> dict[str, Counter[str]]:
    """Texts by area (of several, the first that counts) and how each stands."""
    kept = {message.id: message for message in catalogues.texts(catalogues.read(language))}
    counts: dict[str, Counter[str]] = {area: Counter() for area in catalogues.AREAS}
    for message in catalogues.texts(everything):
        found = kept.get(message.id)
        done = found is not None and catalogues.is_translated(found)
        how = "missing" if found is None or not done else "fuzzy" if found.fuzzy else "translated"
        counts[catalogues.areas(message)[0]][how] += 1
    return counts


@translate.command("check")
@click.argument("languages", nargs=-1, type=click.Choice(list(COVERS)))
def check(languages: tuple[str, ...]) -> None:
    """Name everything that is missing or wrong. Without LANGUAGES: those that are switched on."""
    checked = languages or [code for code in house().authority.languages if code != "en"]
    everything = catalogues.extracted()
    found = [line for language in checked for line in catalogues.problems(language, everything)]
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo(f"{', '.join(checked) or 'English alone'}: nothing missing, nothing wrong.")


@translate.command("export")
@language_argument
@click.option("--area", type=click.Choice(catalogues.AREAS[:-1]), help="Only this part of the service.")
@click.option("--all", "whole", is_flag=True, help="What is translated already, too.")
def export(language: str, area: str | None, whole: bool) -> None:
    """Print what is still to translate as JSON: fill in each "translation" and give the file to `import`."""
    found = catalogues.update(language, catalogues.extracted())
    chosen = [
        message
        for message in catalogues.texts(found)
        if (whole or message.fuzzy or not catalogues.is_translated(message))
        and (area is None or catalogues.areas(message)[0] == area)
    ]
    rows = [_row(language, message) for message in sorted(chosen, key=lambda message: message.locations)]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1))


def _row(language: str, message: Message) -> dict[str, Any]:
    several = len(catalogues.english(message)) > 1
    row: dict[str, Any] = {
        "id": catalogues.id_of(message),
        "english": catalogues.english(message)[-1],
        "area": catalogues.areas(message)[0],
        "where": [file for file, _ in message.locations],
        "note": message.auto_comments,
    }
    if several:
        row |= {"one": catalogues.english(message)[0], "forms": catalogues.forms(language)}
    if any(catalogues.said(message)):
        row["now"] = list(catalogues.said(message)) if several else catalogues.said(message)[0]
        row["fuzzy"] = message.fuzzy
    row["translation"] = [""] * len(row["forms"]) if several else ""
    return row


@translate.command("import")
@language_argument
@click.argument("file", type=click.File(encoding="utf-8"))
def take_in(language: str, file: IO[str]) -> None:
    """Take translations from a FILE that `export` made. Wrong ones are named and left out, empty ones passed over."""
    found = catalogues.update(language, catalogues.extracted())
    by_id = {catalogues.id_of(message): message for message in catalogues.texts(found)}
    taken, wrong = 0, []
    for row in json.load(file):
        strings = _strings(row.get("translation"))
        message = by_id.get(row["id"])
        if not any(strings):
            continue
        if message is None:
            wrong.append(f"{row['id']}: no text has this id now: the English has changed")
        elif faults := list(catalogues.faults(language, message, strings)):
            wrong += [f"{row['id']}: {catalogues.english(message)[0]!r}: {fault}" for fault in faults]
        else:
            message.string = strings if len(catalogues.english(message)) > 1 else strings[0]
            message.flags.discard("fuzzy")
            taken += 1
    catalogues.write(language, found)
    _tell(taken, wrong)


def _tell(taken: int, wrong: Iterable[str]) -> None:
    click.echo(f"{taken} taken in.")
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        raise SystemExit(1)


def _strings(translation: str | list[str] | None) -> tuple[str, ...]:
    return tuple(translation) if isinstance(translation, list) else (translation or "",)

"""flask casesystem try: a record before and after a mapping, sent nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from webapp.casesystem import Event, GiveUp, Route, mapping
from webapp.house import house
from webapp.services import trying

group = AppGroup("casesystem", help="Case systems: try a mapping.")


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(group)


@group.command("try")
@click.option(
    "--mapping", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="YAML file."
)
@click.option("--review", help="The case system's id of a review: its records. Else the published examples.")
@click.option(
    "--case-system", "name", help="What this one of the authority's may have. Else what is narrowest."
)
def try_(file: Path, review: str | None, name: str | None) -> None:
    """Show records before and after a mapping. They may hold a child's words: that they were shown is written down."""
    try:
        translation = mapping.load(file)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    for event in _of(review, _route(name)) if review else mapping.examples():
        click.echo(f"== {event.schema}  {event.key}")
        click.echo(json.dumps(event.record, ensure_ascii=False, indent=2))
        click.echo("-- " + _after(translation, event))


def _after(translation: mapping.Translation, event: Event) -> str:
    try:
        made = translation.of(event)
    except GiveUp as error:
        return f"not sent, and parked for a person: {error}"
    if made is None:
        return "the mapping says nothing of this schema: it goes out as it is"
    return f"{made.media_type}\n{made.content.decode()}"


def _route(name: str | None) -> Route:
    routes = house().routes
    if name is None:
        return Route()
    if name not in routes:
        raise click.ClickException(f"There is no case system {name}; there are: {', '.join(sorted(routes))}.")
    return routes[name]


def _of(review: str, route: Route) -> list[Event]:
    home = house()
    try:
        return trying.events(home.db, home.vault, review, route, home.clock)
    except trying.NoSuchReview:
        raise click.ClickException(f"There is no review {review}.") from None
    except GiveUp as error:
        raise click.ClickException(f"A record can't be opened: {error}") from None

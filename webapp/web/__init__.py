"""The doors: every page, joined to the application."""

from __future__ import annotations

from flask import Flask

from webapp.house import House
from webapp.web import guard, security, visiting


def init_app(app: Flask, house: House) -> None:
    """Give the application its pages, and the rules that hold for all of them."""
    from webapp.web import (
        api,
        demo,
        guests,
        hooks,
        information,
        looks,
        media,
        public,
        respond,
        simulator,
        staff,
        styleguide,
    )

    app.jinja_env.globals.update(authority=house.authority, near=visiting.near)
    app.jinja_env.filters["dial"] = dial
    information.check(house.authority)
    security.init_app(app, house)
    for room in (
        api,
        public,
        information,
        looks,
        media,
        respond,
        guests,
        staff,
        demo,
        hooks,
        simulator,
        styleguide,
    ):
        app.register_blueprint(room.pages)
    security.csrf.exempt(api.pages)  # its calls carry a signature, and no cookie
    guard.init_app(app, staff.of_request)


def dial(number: str) -> str:
    """A number as a link dials it: its digits, with the plus of another country where it has one."""
    plus = "+" if number.strip().startswith("+") else ""
    return plus + "".join(c for c in number if c.isascii() and c.isdigit())

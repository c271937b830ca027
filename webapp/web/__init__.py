"""The doors: every page, joined to the application."""

from __future__ import annotations

from flask import Flask

from webapp.house import House
from webapp.web import guard, security


def init_app(app: Flask, house: House) -> None:
    """Give the application its pages, and the rules that hold for all of them."""
    from webapp.web import demo, public, respond, staff

    security.init_app(app, house)
    for blueprint in (public.pages, respond.pages, staff.pages, demo.pages):
        app.register_blueprint(blueprint)
    guard.init_app(app, staff.of_request)

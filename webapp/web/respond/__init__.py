"""A person in their own booklet: coming in, one thing per page, checking, sending, the own copy."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("respond", __name__)

from webapp.web.respond import adding, booklet, finish, opening  # noqa: E402, F401  they hang their views on `pages`

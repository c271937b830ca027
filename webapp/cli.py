"""The flask commands, joined to the application."""

from __future__ import annotations

from flask import Flask

from webapp.commands import (
    audit,
    booklets,
    casesystem,
    chat,
    chat_parts,
    db,
    deliveries,
    delivery,
    demo,
    keys,
    reviews,
    safety,
    staff,
    translate,
)


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    for module in (
        audit,
        booklets,
        casesystem,
        chat,
        chat_parts,
        db,
        deliveries,
        delivery,
        demo,
        keys,
        reviews,
        safety,
        staff,
        translate,
    ):
        module.register(app)

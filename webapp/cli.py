"""The flask commands, joined to the application."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup


class Commands(AppGroup):
    """The commands, read when somebody asks for one: a server needs none, and they are a sixth of a start."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.name)
        self._app: Flask | None = app

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        self._read()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all."""
        self._read()
        return super().list_commands(ctx)

    def _read(self) -> None:
        app, self._app = self._app, None
        if app is None:
            return
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

        for module in (audit, booklets, casesystem, chat, chat_parts, db, deliveries, delivery, demo, keys, reviews,
                       safety, staff, translate):  # fmt: skip
            module.register(app)


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    app.cli = Commands(app)

"""My Review, My Choice: the one place that joins things."""

from __future__ import annotations

from flask import Flask

from config import ROOT, Settings, load_settings
from webapp.clock import Clock, now


def create_app(settings: Settings | None = None, clock: Clock = now) -> Flask:
    """The application. Raises SettingsError where a setting is missing or wrong: it never starts half-configured."""
    # Here and not above: whoever needs one room (the rules, a migration) doesn't load the whole house.
    from webapp import cli, i18n, logs, web
    from webapp.house import build

    settings = settings or load_settings()
    if settings.mode != "test":
        logs.setup(settings.log_level)
    house = build(settings, clock)
    app = Flask(
        "webapp", root_path=str(ROOT / "webapp"), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.extensions["house"] = house
    i18n.init_app(app, house.authority)
    web.init_app(app, house)
    cli.init_app(app)
    return app

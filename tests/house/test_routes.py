"""Every door is guarded, and those that are open are few and named here."""

from __future__ import annotations

import inspect

from flask import Flask

OPEN = frozenset(
    [
        "guests.front",
        "hooks.message",
        "hooks.status",
        "api.post_receipts",
        "api.post_reviews",
        "api.put_review",
        "looks.choose",
        "media.fetch",
        "public.choose_language",
        "public.healthz",
        "public.healthz_worker",
        "public.help",
        "public.leave",
        "public.lost_link",
        "public.not_safe",
        "public.openapi",
        "public.schema",
        "public.schema_example",
        "public.schemas",
        "public.start",
        "information.index",
        "information.page",
        "respond.code",
        "respond.open_link",
        "staff.oidc",
        "staff.oidc_back",
        "staff.oidc_leave",
        "staff.keep_set_up_passkey",
        "staff.passkey",
        "staff.passkey_sign_in",
        "staff.set_up",
        "staff.set_up_passkey",
        "staff.sign_in",
        "staff.try_set_up",
        "staff.try_sign_in",
        "static",
    ]
)
"""Endpoints that anyone may open, because they show nothing about anyone."""

KINDS = frozenset(["open", "visit", "demo", "staff"])


def access_of(app: Flask) -> dict[str, str]:
    """Endpoint to who may come through."""
    return {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "access", "")
        for rule in app.url_map.iter_rules()
    }


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    found = access_of(app)
    assert found
    assert {endpoint for endpoint, access in found.items() if access not in KINDS} == set()


def test_the_open_pages_are_the_ones_that_are_meant_to_be(app: Flask) -> None:
    assert {endpoint for endpoint, access in access_of(app).items() if access == "open"} == OPEN


def test_views_are_functions_of_ours(app: Flask) -> None:
    elsewhere = {
        endpoint: inspect.getmodule(view)
        for endpoint, view in app.view_functions.items()
        if not (getattr(inspect.getmodule(view), "__name__", "")).startswith("webapp.")
    }
    assert elsewhere == {}

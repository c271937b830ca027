"""Who may come through each door. Deny by default: a view without a mark is never served.

@door.open       anyone, and it shows nothing about anyone
@door.visit      a person in their own booklet (the service checks how far the visit has come)
@door.staff(...) a signed-in member of staff with one of these roles
@door.demo       made-up people only; does not exist outside demo mode
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for

from webapp.house import house
from webapp.web import staff_problems

View = TypeVar("View", bound=Callable[..., Any])


class Door:
    """Marks a view with who may come through."""

    def open(self, view: View) -> View:
        """Anyone; nothing on it is about anyone."""
        return _mark(view, "open", ())

    def visit(self, view: View) -> View:
        """A person in their own booklet."""
        return _mark(view, "visit", ())

    def demo(self, view: View) -> View:
        """Demo mode only."""
        return _mark(view, "demo", ())

    def staff(self, *roles: str) -> Callable[[View], View]:
        """Signed-in staff who hold one of these roles; no roles: any staff."""
        return lambda view: _mark(view, "staff", roles)


door = Door()


def _mark(view: View, access: str, roles: tuple[str, ...]) -> View:
    view.access = access  # type: ignore[attr-defined]
    view.roles = frozenset(roles)  # type: ignore[attr-defined]
    return view


def init_app(app: Flask, staff_of_request: Callable[[], Any]) -> None:
    """Put the guard in front of every view. `staff_of_request` gives the signed-in staff member or None."""

    @app.before_request
    def _check() -> Any:
        view = app.view_functions.get(request.endpoint or "")
        if view is None:
            return None
        access = getattr(view, "access", None)
        if access in ("open", "visit"):
            return None
        if access == "demo" and house().settings.demo:
            return None
        if access == "staff":
            g.staff = staff_of_request()
            if g.staff is None:
                kept = staff_problems.ended()
                return (kept, 401) if kept else redirect(url_for("staff.sign_in"), 303)
            wanted: frozenset[str] = getattr(view, "roles", frozenset())
            if not wanted or wanted & set(g.staff.roles.split()):
                return None
        return abort(404)

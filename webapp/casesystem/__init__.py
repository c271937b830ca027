"""The case system: the port with its contract, and one file per adapter."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config import PREFIX, Authority, CaseSystemSettings, Settings, SettingsError
from webapp.casesystem.port import (
    Away,
    CaseSystem,
    Event,
    GiveUp,
    Incoming,
    Outward,
    Receipt,
    Route,
    Taken,
    TryAgain,
)

__all__ = [
    "Away", "CaseSystem", "Event", "GiveUp", "Given", "Incoming", "Outward", "Receipt", "Route", "Taken", "TryAgain",
    "case_systems", "routes", "takers",
]  # fmt: skip

ADAPTERS = ("email", "fhir", "files", "http", "primero")
"""Each a file here with a function `make(Given)`."""
Options = TypeVar("Options", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Given:
    """What an adapter is made from. It checks its options and secrets, and raises ValueError saying what is wrong."""

    name: str
    options: Mapping[str, Any]
    """As the authority's file has them under `options`."""
    secrets: Mapping[str, str]
    """From the environment: MYREVIEW_CASE_MOSAIC_KEY is `key` of the one named mosaic."""
    settings: Settings
    folder: Path
    """Where relative paths among the options start: the folder of the authority's file."""

    def read(self, model: type[Options]) -> Options:
        """The options as the adapter's own model has them. Raises ValueError naming each that is wrong."""
        try:
            return model.model_validate(self.options)
        except ValidationError as error:
            wrong = (f"options.{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise ValueError("; ".join(wrong)) from None


def case_systems(settings: Settings, authority: Authority) -> dict[str, CaseSystem]:
    """The adapters that the authority switched on, by name. Raises SettingsError naming what is wrong with one."""
    made: dict[str, CaseSystem] = {}
    names = [one.name for one in authority.case_systems]
    if twice := sorted(name for name in set(names) if names.count(name) > 1):
        raise SettingsError(f"{settings.authority}: case_systems: {twice[0]} stands there twice")
    if strange := sorted(key for key in settings.case if key.partition("_")[0] not in names):
        raise SettingsError(f"{PREFIX}CASE_{strange[0].upper()}: there is no such case system")
    for one in authority.case_systems:
        secrets = {
            key.partition("_")[2]: value
            for key, value in settings.case.items()
            if key.startswith(f"{one.name}_")
        }
        given = Given(one.name, one.options, secrets, settings, settings.authority.parent)
        try:
            made[one.name] = _make(one, given)
        except ValueError as error:
            raise SettingsError(f"{settings.authority}: case_systems: {one.name}: {error}") from None
        if over := [kind for kind in one.events if kind not in made[one.name].takes]:
            raise SettingsError(
                f"{settings.authority}: case_systems: {one.name}: {one.adapter} can't take {', '.join(over)}: "
                "name its events"
            )
    return made


def takers(authority: Authority) -> dict[str, tuple[str, ...]]:
    """By kind of event, the names of the case systems that get it."""
    kinds = {kind for one in authority.case_systems for kind in one.events}
    return {
        kind: tuple(one.name for one in authority.case_systems if kind in one.events)
        for kind in sorted(kinds)
    }


def routes(authority: Authority) -> dict[str, Route]:
    """What may go to each case system, by name."""
    return {
        one.name: Route(
            audience="iro_and_social_worker"
            if one.audience == "iro" and not authority.iro_alone_goes_out
            else one.audience,
            adopters=one.adopters,
        )
        for one in authority.case_systems
    }


def _make(one: CaseSystemSettings, given: Given) -> CaseSystem:
    """Each adapter is imported where it is used: most authorities have one."""
    if one.adapter not in ADAPTERS:
        raise ValueError(f"there is no adapter {one.adapter}; there are {', '.join(ADAPTERS)}")
    made: CaseSystem = importlib.import_module(f"{__name__}.{one.adapter}").make(given)
    return made

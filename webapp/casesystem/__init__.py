"""The case system: the port with its contract, and one file per adapter."""

from __future__ import annotations

from config import Authority, Settings
from webapp.casesystem.files import Files
from webapp.casesystem.port import Away, CaseSystem, Event, GiveUp, Receipt, TryAgain

__all__ = ["Away", "CaseSystem", "Event", "GiveUp", "Receipt", "TryAgain", "case_systems"]


def case_systems(settings: Settings, authority: Authority) -> dict[str, CaseSystem]:
    """The adapters that the authority switched on, by name."""
    made: dict[str, CaseSystem] = {}
    for name in authority.case_systems:
        match name:
            case "files":
                made[name] = Files(settings.files_folder)
    return made

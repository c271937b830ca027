"""Settings that are a subject of their own: text messages, and how staff sign in. `config` holds the rest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

LANGUAGES = Path(__file__).resolve().parent / "translations/languages.yaml"
Hour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]

TextTemplate = Literal[
    "invite", "after", "remind", "reset", "told", "tomorrow", "letter", "halfway", "outcome", "answered", "cancelled"
]  # fmt: skip
"""What may go to somebody on WhatsApp who hasn't written to us within 24 hours."""


class TextMessages(BaseModel):
    """What goes by text message and WhatsApp. Everything is off until the authority switches it on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sms: bool = False
    whatsapp: bool = False
    whatsapp_media: bool = False
    """Voice notes and photos are taken as answers."""
    quiet_hours: tuple[Hour, Hour] = ("20:00", "08:00")
    """From and to, London time; over midnight where the first is the later. The same twice: none."""
    school_hours: tuple[Hour, Hour] | None = None
    """On weekdays that are no bank holidays; for children's messages."""
    content_sids: dict[TextTemplate, dict[str, str]] = {}
    sms_per_second: float = Field(10, gt=0)
    whatsapp_per_second: float = Field(20, gt=0)

    @field_validator("content_sids")
    @classmethod
    def _are_sids(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for template, by_language in value.items():
            for language, sid in by_language.items():
                if language not in known_languages():
                    raise ValueError(f"{template}: no catalogue for {language}")
                if not re.fullmatch(r"HX[0-9a-fA-F]{32}", sid):
                    raise ValueError(f"{template}.{language} must be HX and 32 hexadecimal digits")
        return value


def known_languages() -> list[str]:
    """English and the languages that have a catalogue here."""
    return ["en", *yaml.safe_load(LANGUAGES.read_text("utf-8"))]


Way = Literal["oidc", "passkey", "password"]


class StaffSettings(BaseModel):
    """How staff come in, and what is watched of what they look at."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sign_in: tuple[Way, ...] = ("passkey", "password")
    """oidc (the authority's identity provider), passkey, password (with a code from an authenticator)."""
    passwords_for_a_trial: bool = False
    """In live mode nobody signs in by password, which a made-up page can ask for too, but where this is true."""
    oidc_called: str = "single sign-on"
    """What staff call the identity provider: stands on the button."""
    oidc_mfa_claim: Literal["amr", "acr", "acrs", ""] = "amr"
    """The claim by which the provider says how somebody signed in there; empty: it is not asked for."""
    oidc_mfa_values: tuple[str, ...] = ("mfa",)
    """One of these must be among that claim's."""
    stand_in_days: int = Field(14, gt=0, le=90)
    """Days that a review of another officer's stays open to whoever stands in."""
    children_an_hour: int = Field(60, gt=0)
    """Whoever opens more children than this within an hour is told of."""

    @model_validator(mode="after")
    def _somebody_gets_in(self) -> StaffSettings:
        if not self.sign_in:
            raise ValueError("sign_in must hold at least one of oidc, passkey, password")
        if self.oidc_mfa_claim and not self.oidc_mfa_values:
            raise ValueError("oidc_mfa_values must say which values of oidc_mfa_claim are good")
        return self


def provider_problem(issuer: str, client_id: str, client_secret: str, mode: str) -> str:
    """What is wrong with these settings of an identity provider, beginning with the setting's name; empty: nothing."""
    given = [bool(value) for value in (issuer, client_id, client_secret)]
    if any(given) != all(given):
        return "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together"
    here = mode != "live" and issuer.startswith("http://127.0.0.1:")
    if issuer and not (issuer.startswith("https://") or here):
        return "OIDC_ISSUER must start with https://"
    if "microsoftonline" in issuer and {"common", "organizations", "consumers"} & set(issuer.split("/")):
        return "OIDC_ISSUER must name your own tenant: anybody else's could come in too"
    return ""


class Participation(BaseModel):
    """What the service manager's figures are measured by, in per cent (Blackpool's annual report, section 8)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    consulted: int = Field(95, ge=0, le=100, description="The child's views came before the review.")
    took_part: int = Field(95, ge=0, le=100, description="The child took part: codes PN1 to PN6.")
    in_timescale: int = Field(96, ge=0, le=100, description="Reviews within the time that the law gives.")
    social_worker: int = Field(98, ge=0, le=100, description="Reviews that the social worker came to.")
    in_time_days: int = Field(3, ge=0, description="Days before the review by which an answer is in time.")
    exports_a_day: int = Field(5, ge=0, description="How often somebody may take the figures away in a day.")

"""Settings: what differs from one installation to the next, checked at start.

Two sources. `Settings` comes from environment variables (secrets, addresses, the mode). `Authority` comes from one
YAML file: everything that belongs to the local authority (name, numbers, hours, timetable, languages).
A missing or wrong value stops the start and names itself; nothing secret has a default outside demo mode.
"""

from __future__ import annotations

import base64
import datetime as dt
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from config_parts import Participation, StaffSettings, known_languages, provider_problem
from config_parts import TextMessages as TextMessages  # named here too: most of the house asks this file
from config_parts import TextTemplate as TextTemplate

ROOT = Path(__file__).resolve().parent
PREFIX = "MYREVIEW_"
Mode = Literal["demo", "live", "test"]
GROUPS = frozenset(["case", "caller"])
"""Settings whose variables carry a name of the authority's own: MYREVIEW_CASE_NAME_WHAT, MYREVIEW_CALLER_NAME."""
Audience = Literal["iro", "iro_and_social_worker", "review"]
EventKind = Literal[
    "views", "invite_choices", "withdrawal", "worry", "participation", "paper_copy", "decisions", "invitations",
    "attendance", "letter", "request",
]  # fmt: skip


PROVIDER_SHAPES = {
    "twilio_account_sid": r"AC[0-9a-fA-F]{32}",
    "twilio_sender": r"\+[1-9][0-9]{6,14}|MG[0-9a-fA-F]{32}",
    "twilio_whatsapp_sender": r"\+[1-9][0-9]{6,14}",
}


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which one and where it is set."""


class Settings(BaseModel):
    """What the environment says. Each field NAME is the variable MYREVIEW_NAME."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Field("live", description="demo (made-up people only), live, or test.")
    instance: Path = Field(
        ROOT / "instance", description="Folder for the embedded database and the outgoing files."
    )
    database: str = Field("", description="SQLAlchemy URL. Empty: SQLite in the instance folder.")
    authority: Path = Field(
        ROOT / "webapp/demo/authority.yaml", description="The local authority's settings file."
    )
    secret_key: str = Field("", description="Signs cookies and forms: 32 random bytes or more, base64.")
    master_key: str = Field(
        "", description="Wraps every data key: 32 random bytes, base64. `flask keys new` makes one."
    )
    old_master_keys: str = Field(
        "", description="Former master keys, separated by commas, until `flask keys rotate` has run."
    )
    lookup_key: str = Field(
        "", description="Key of the look-up hashes (links, codes, phone numbers): 32 bytes, base64."
    )
    public_url: str = Field(
        "http://127.0.0.1:5000", description="The address that people see; links are built on it."
    )
    trusted_proxies: int = Field(
        0, ge=0, description="How many proxies in front may set X-Forwarded-For and -Proto."
    )
    smtp_url: str = Field(
        "", description="smtp://user:password@host:port or smtps://...; empty: no email is sent."
    )
    smtp_from: str = Field("", description="The sender's address of our email.")
    twilio_account_sid: str = Field(
        "", description="The account at the provider of text messages: AC and 32 hexadecimal digits."
    )
    twilio_auth_token: str = Field(
        "", description="Its token: signs us in, and tells real requests of the provider from forged ones."
    )
    twilio_sender: str = Field(
        "", description="What text messages come from: a number, +44..., or a messaging service, MG..."
    )
    twilio_whatsapp_sender: str = Field("", description="The number of our WhatsApp account: +44...")
    twilio_url: str = Field(
        "", description="Where a stand-in for the provider listens; refused in live mode."
    )
    files_out: str = Field(
        "",
        description="Folder of the `files` case-system adapter. Empty: case-system in the instance folder.",
    )
    oidc_issuer: str = Field(
        "", description="The authority's identity provider: its issuer, as its discovery document says it."
    )
    oidc_client_id: str = Field("", description="What the identity provider calls this site.")
    oidc_client_secret: str = Field("", description="The secret that it gave this site.")
    oidc_hosts: str = Field(
        "", description="Its other hosts, separated by commas, where its keys and tokens are elsewhere."
    )
    media: str = Field(
        "", description="Folder of recorded voices, signed films and a council's own pictures."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    case: dict[str, str] = Field(
        {},
        description="Secrets of case systems: MYREVIEW_CASE_MOSAIC_KEY is the `key` of the one named mosaic.",
    )
    caller: dict[str, str] = Field(
        {},
        description="Keys of those who call us: MYREVIEW_CALLER_MOSAIC is the key of the caller named mosaic.",
    )

    @model_validator(mode="after")
    def _nothing_secret_is_missing(self) -> Settings:
        for name in ("secret_key", "master_key", "lookup_key"):
            value = getattr(self, name)
            if len(_bytes_of(value)) < 32:
                raise ValueError(f"{PREFIX}{name.upper()} must hold at least 32 random bytes, base64")
        if self.mode == "live" and not self.public_url.startswith("https://"):
            raise ValueError(f"{PREFIX}PUBLIC_URL must start with https:// in live mode")
        for name in ("smtp_url", "smtp_from"):
            if self.mode == "live" and not getattr(self, name):
                raise ValueError(f"{PREFIX}{name.upper()} is needed in live mode: worries are told by email")
        if self.mode == "live" and self.authority == ROOT / "webapp/demo/authority.yaml":
            raise ValueError(f"{PREFIX}AUTHORITY must name the authority's own file in live mode")
        return self

    @model_validator(mode="after")
    def _the_provider_is_whole(self) -> Settings:
        for name, shape in PROVIDER_SHAPES.items():
            value = getattr(self, name)
            if value and not re.fullmatch(shape, value):
                raise ValueError(f"{PREFIX}{name.upper()} is not of the right form")
        if self.mode == "live" and self.twilio_url:
            raise ValueError(f"{PREFIX}TWILIO_URL is for a stand-in: leave it out in live mode")
        account = [bool(self.twilio_account_sid), bool(self.twilio_auth_token)]
        if any(account) != all(account):
            raise ValueError(f"{PREFIX}TWILIO_ACCOUNT_SID and {PREFIX}TWILIO_AUTH_TOKEN belong together")
        return self

    @model_validator(mode="after")
    def _the_identity_provider_is_whole(self) -> Settings:
        if wrong := provider_problem(
            self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret, self.mode
        ):
            raise ValueError(PREFIX + wrong)
        return self

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database or f"sqlite:///{self.instance / 'review.sqlite3'}"

    @property
    def files_folder(self) -> Path:
        """Where the `files` adapter writes and reads receipts."""
        return Path(self.files_out) if self.files_out else self.instance / "case-system"

    @property
    def demo(self) -> bool:
        """True where only made-up people may be shown."""
        return self.mode == "demo"


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment gives.

    Raises SettingsError naming each variable that is missing, wrong or unknown (a misspelt one is an error too).
    """
    source = os.environ if environ is None else environ
    given: dict[str, Any] = {}
    for name, value in source.items():
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX).lower()
            group, _, rest = key.partition("_")
            if group in GROUPS and rest:
                given.setdefault(group, {})[rest] = value
            else:
                given[key] = value
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [
            ".".join([PREFIX + str(part).upper() for part in item["loc"]] + [item["msg"]]).replace(
                ".", ": ", 1
            )
            if item["loc"]
            else item["msg"]
            for item in error.errors()
        ]
        raise SettingsError("Settings are not right:\n  " + "\n  ".join(lines)) from None


class Signpost(BaseModel):
    """Somewhere to turn: a name, a number as people dial it, and when it answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    phone: str
    when: str


class Duty(BaseModel):
    """Who answers a worry. Live mode needs all of it (threats.md rule 12)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    day: Signpost
    night: Signpost
    emails: tuple[str, ...] = Field(
        min_length=2, description="At least two mailboxes: a worry never rests with one."
    )
    designated_officer_emails: tuple[str, ...] = Field(
        min_length=1, description="For worries about carers and staff."
    )
    escalate_after_minutes: int = Field(30, gt=0)
    escalation_emails: tuple[str, ...] = Field(min_length=1)


class Timetable(BaseModel):
    """The authority's own dates; days are calendar days unless the name says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    nation: Literal["ENG", "WLS"] = "ENG"
    invite_days_before: int = Field(42, gt=0)
    settle_working_days_before: int = Field(20, gt=0)
    reminder_days_before: tuple[int, ...] = (28, 14)
    close_days_before: int = Field(0, ge=0)
    how_was_it_days: int = Field(28, gt=0)
    record_days_after: int = Field(20, gt=0)
    """The record of a review is with everyone by then; calendar days where `record_days` says so."""
    record_days: Literal["working", "calendar"] = "working"
    office_hours: tuple[str, str] = ("09:00", "17:00")


class ExtraPage(BaseModel):
    """A page of the authority's own, beside ours under "Good to know": words by language, English always."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    title: dict[str, str]
    text: dict[str, str]

    @field_validator("title", "text")
    @classmethod
    def _is_in_english(cls, value: dict[str, str]) -> dict[str, str]:
        if not value.get("en", "").strip():
            raise ValueError("must hold the English words under en")
        if unknown := [code for code in value if code not in known_languages()]:
            raise ValueError(
                f"no catalogue for {', '.join(unknown)}; there are {', '.join(known_languages())}"
            )
        return value


class CaseSystemSettings(BaseModel):
    """One case system: which adapter, what it gets, and who reads it there. A bare name is that adapter's name too."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,29}$")
    adapter: str
    audience: Audience = Field(
        "iro_and_social_worker", description="Who can read it there: narrower answers are held back."
    )
    adopters: bool = Field(
        False, description="True where no birth parent's worker can read it: it may hold what adopters said."
    )
    events: tuple[EventKind, ...] = ("views", "invite_choices", "withdrawal", "participation")
    options: dict[str, Any] = Field({}, description="The adapter's own settings, which it checks at start.")


class Caller(BaseModel):
    """A system that may call our API; its key comes from the environment."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,29}$")
    may: tuple[Literal["reviews", "receipts"], ...] = ("reviews", "receipts")
    case_system: str = Field("", description="Whose receipts it brings; its own name where it is missing.")


class Authority(BaseModel):
    """One local authority, in its own words and numbers. One installation serves one authority."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    made_up: bool = False
    unit_name: str
    unit_phone: str
    unit_email: str
    unit_address: tuple[str, ...]
    duty: Duty
    advocate: Signpost
    advocate_email: str = Field(
        "",
        description="Where the advocacy service is told that a child wants an advocate; it is never told who.",
    )
    childline: Signpost = Signpost(name="Childline", phone="0800 1111", when="any time, day or night")
    emergency: Signpost = Signpost(name="999", phone="999", when="any time")
    signposts_checked_on: dt.date | None = Field(
        None, description="When somebody last rang every number of this file, and opened every link."
    )
    timetable: Timetable = Timetable()
    participation: Participation = Participation()
    languages: tuple[str, ...] = ("en",)
    languages_signed_off: tuple[str, ...] = Field(
        (), description="Languages whose catalogue somebody who grew up with it has read for this authority."
    )
    officers_read: tuple[str, ...] = Field(
        ("en",),
        description="Languages that every reviewing officer here reads; words in others are translated.",
    )
    words: dict[str, dict[str, str]] = Field(
        {},
        description="This file's names and hours in other languages: code, then the English, then the words.",
    )
    mailing_waits_for_check: bool = False
    exit_to: str = "https://www.bbc.co.uk/weather"
    link_days: int = Field(
        60, gt=0, description="Days that a link or code stays good, at most until the review."
    )
    idle_minutes: int = Field(30, gt=0, description="Minutes without a press after which a visit rests.")
    text_messages: TextMessages = TextMessages()
    case_systems: tuple[CaseSystemSettings, ...] = (CaseSystemSettings(name="files", adapter="files"),)
    iro_alone_goes_out: bool = Field(
        False,
        description="Whether what is marked for the IRO alone may leave for a case system only IROs read.",
    )
    callers: tuple[Caller, ...] = ()
    staff: StaffSettings = StaffSettings()
    delivery_emails: tuple[str, ...] = Field(
        (), description="Who is told of a case system that is silent for four hours; none: the Review Unit."
    )
    pages: tuple[ExtraPage, ...] = ()

    @field_validator("case_systems", mode="before")
    @classmethod
    def _a_name_alone_is_enough(cls, value: Any) -> Any:
        return [
            {"name": one, "adapter": one} if isinstance(one, str) else one
            for one in (value if isinstance(value, (list, tuple)) else [value])
        ]

    @field_validator("languages")
    @classmethod
    def _languages_have_catalogues(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = known_languages()
        if unknown := [code for code in value if code not in known]:
            raise ValueError(f"no catalogue for {', '.join(unknown)}; there are {', '.join(known)}")
        if "en" not in value:
            raise ValueError("must hold en: whom a language does not cover is asked in English")
        return value

    @field_validator("exit_to")
    @classmethod
    def _exit_is_https(cls, value: str) -> str:
        if not value.startswith("https://"):
            raise ValueError("must start with https://")
        return value


def load_authority(path: Path) -> Authority:
    """The authority's settings file, checked. Raises SettingsError naming the file and each wrong key."""
    try:
        raw: Any = yaml.safe_load(path.read_text("utf-8"))
        return Authority.model_validate(raw)
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}); {PREFIX}AUTHORITY names it"
        ) from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: is not YAML: {error}") from None
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise SettingsError("\n".join(lines)) from None

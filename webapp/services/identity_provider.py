"""The authority's identity provider, by OpenID Connect: where to send somebody, and what it then vouches for.

The authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700). What the
provider says is checked here whole: who says it, for whom, until when, and that it answers this very request. Its
addresses are looked up by discovery and called only where settings name their host (threats.md B11).
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from config import PREFIX, Settings, SettingsError
from webapp.casesystem.outside import Base, Outside, base
from webapp.casesystem.port import Away, GiveUp, TryAgain

KEPT = dt.timedelta(hours=1)
"""How long the provider's addresses and keys are believed without asking again."""
LEEWAY = 60
"""Seconds that its clock may be ahead of ours, or behind."""
ALGORITHMS = ["RS256", "PS256", "ES256"]
DISCOVERY = "/.well-known/openid-configuration"


class NotVouched(Exception):
    """The provider doesn't vouch for anybody here; `code` says why: away, refused, token (a wrong one) or mfa."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Proof:
    """The secrets of one request to the provider, made from its state: nothing but the state needs to be remembered."""

    state: str
    nonce: str
    verifier: str


@dataclass(slots=True)
class _Known:
    """What discovery said, until when it is believed."""

    said: Mapping[str, Any]
    keys: Any
    until: dt.datetime


class IdentityProvider:
    """One provider. Any number of threads may ask at once."""

    def __init__(self, settings: Settings, mfa_claim: str, mfa_values: tuple[str, ...]) -> None:
        """Raises SettingsError where its address may not be called."""
        self.issuer, self.client_id = settings.oidc_issuer, settings.oidc_client_id
        self.secret, self.claim, self.values = settings.oidc_client_secret, mfa_claim, mfa_values
        own = urlsplit(self.issuer).hostname or ""
        more = [one.strip().lower() for one in settings.oidc_hosts.split(",") if one.strip()]
        here = {own} if settings.mode != "live" and self.issuer.startswith("http://") else set()
        try:
            self.outside = Outside(self.issuer, hosts=[own, *more], inside=here, plain=here, total=10)
        except ValueError as error:
            raise SettingsError(f"{PREFIX}OIDC_ISSUER: {error}") from None
        self._lock = threading.Lock()
        self._known: _Known | None = None

    def address(self, proof: Proof, back: str, now: dt.datetime) -> str:
        """Where to send the browser, which comes back to `back`. Raises NotVouched where the provider is away."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": back, "state": proof.state,
            "scope": "openid profile email", "nonce": proof.nonce, "code_challenge_method": "S256",
            "code_challenge": create_s256_code_challenge(proof.verifier),
        }  # fmt: skip
        if self.claim == "acr":
            asked["acr_values"] = " ".join(self.values)
        if (
            self.claim == "acrs"
        ):  # Entra ID: an authentication context, which a Conditional Access policy binds to MFA
            asked["claims"] = json.dumps(
                {"id_token": {"acrs": {"essential": True, "values": list(self.values)}}}
            )
        return _with(self._endpoint(self._discovered(now).said, "authorization_endpoint"), asked)

    def way_out(self, back: str, now: dt.datetime) -> str:
        """Where somebody signs out there too; empty where the provider offers none, or is away."""
        try:
            said = self._discovered(now).said
            address = self._endpoint(said, "end_session_endpoint") if "end_session_endpoint" in said else ""
        except NotVouched:
            return ""
        return address and _with(address, {"client_id": self.client_id, "post_logout_redirect_uri": back})

    def vouched(self, code: str, proof: Proof, back: str, now: dt.datetime) -> Mapping[str, Any]:
        """What the provider says of whoever came back with this code, once all of it is right. Raises NotVouched."""
        known = self._discovered(now)
        token = self._token(known.said, code, proof, back)
        claims = self._checked(token, proof, now)
        if not self._strong(claims):
            raise NotVouched("mfa")
        return claims

    def _token(self, said: Mapping[str, Any], code: str, proof: Proof, back: str) -> str:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": proof.verifier,
        }  # fmt: skip
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if "client_secret_basic" in said.get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        ):
            both = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        else:
            form |= {"client_id": self.client_id, "client_secret": self.secret}
        found = self._asked("POST", said, "token_endpoint", headers, urlencode(form).encode()).get("id_token")
        if not isinstance(found, str):
            raise NotVouched("token")
        return found

    def _checked(self, token: str, proof: Proof, now: dt.datetime) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        options = {
            "iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id},
        }  # fmt: skip
        try:
            try:
                read = jwt.decode(token, self._discovered(now).keys, algorithms=ALGORITHMS)
            except InvalidKeyIdError:  # it has new keys
                read = jwt.decode(token, self._discovered(now, anew=True).keys, algorithms=ALGORITHMS)
            wanted = {"nonce": proof.nonce, "client_id": self.client_id}
            claims = CodeIDToken(read.claims, read.header, options, wanted)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError):
            raise NotVouched("token") from None
        return dict(claims)

    def _strong(self, claims: Mapping[str, Any]) -> bool:
        """Whether they showed more than a password there, as settings ask."""
        given = claims.get(self.claim) if self.claim else None
        said = given if isinstance(given, list) else str(given or "").split()
        return not self.claim or bool(set(self.values) & {one for one in said if isinstance(one, str)})

    def _discovered(self, now: dt.datetime, *, anew: bool = False) -> _Known:
        with self._lock:
            known = self._known
            if known is None or now >= known.until or anew:
                known = self._known = self._discover(now)
            return known

    def _discover(self, now: dt.datetime) -> _Known:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        said = self._read(self.outside.base, DISCOVERY)
        if said.get("issuer") != self.issuer:
            raise NotVouched("token")
        try:
            keys = KeySet.import_key_set(self._asked("GET", said, "jwks_uri"))  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError):
            raise NotVouched("token") from None
        return _Known(said, keys, now + KEPT)

    def _endpoint(self, said: Mapping[str, Any], name: str) -> str:
        """An address that a browser is sent to; of a host that settings name."""
        address = str(said.get(name, ""))
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        secure = parts.scheme == "https" or host in self.outside.allowed.plain
        if not secure or host not in self.outside.allowed.hosts:
            raise NotVouched("token")
        return address

    def _asked(
        self, method: str, said: Mapping[str, Any], name: str, headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> dict[str, Any]:  # fmt: skip
        try:
            to = base(str(said.get(name, "")), self.outside.allowed)
        except ValueError:
            raise NotVouched("token") from None
        return self._read(to, "", method, headers, body)

    def _read(
        self, to: Base, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b"",
    ) -> dict[str, Any]:  # fmt: skip
        """A JSON object from there; nothing is followed. Raises NotVouched."""
        try:
            answer = self.outside.call(method, path, headers, body, to=to)
        except (Away, TryAgain, GiveUp):
            raise NotVouched("away") from None
        if answer.status >= 500:
            raise NotVouched("away")
        if answer.status != 200:
            raise NotVouched("refused")
        try:
            found = json.loads(answer.body)
        except ValueError:
            raise NotVouched("token") from None
        if not isinstance(found, dict):
            raise NotVouched("token")
        return found


def _with(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

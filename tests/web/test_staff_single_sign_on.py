"""Staff come in by the authority's identity provider: a real one, running here."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import http.client
import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import yaml
from flask import Flask
from sqlalchemy import select

from config import Settings, SettingsError
from tests.fixtures.clocks import SettableClock
from tests.fixtures.houses import AUTHORITY
from tests.fixtures.staff import Worker
from tests.web.pages import Page, Pages
from webapp import create_app
from webapp.casesystem.outside import Outside
from webapp.house import House, build
from webapp.services import single_sign_on
from webapp.services import staff as sign_ins
from webapp.services.identity_provider import IdentityProvider, NotVouched, Proof
from webapp.store import Audit, Staff, StaffIdentity, StaffVisit

pytestmark = [
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
NADIA = {"email": "nadia@example.org", "email_verified": True, "amr": ["pwd", "mfa"]}
BACK = "http://localhost/staff/oidc/back"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a running provider."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is built on what its maker has since replaced
        from oidc_provider_mock import User, run_server_in_thread

        people = [
            User(sub="nadia", claims=NADIA), User(sub="password-alone", claims={**NADIA, "amr": ["pwd"]}),
            User(sub="unchecked", claims={**NADIA, "email_verified": False}),
            User(sub="by-name", claims={"preferred_username": "Nadia@Example.org", "amr": ["mfa"]}),
            User(sub="stranger", claims={**NADIA, "email": "stranger@example.org"}),
        ]  # fmt: skip
        running = run_server_in_thread(user_claims=people, require_nonce=True)
    with running as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def settings(settings: Settings, provider: str, tmp_path: Path) -> Settings:
    """An installation whose staff come in by that provider."""
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8"))
    whole["staff"] = {"sign_in": ["oidc", "password"], "oidc_called": "Testham sign-in"}
    file = tmp_path / "with_oidc.yaml"
    file.write_text(yaml.safe_dump(whole), "utf-8")
    given = {"oidc_issuer": provider, "oidc_client_id": "this-site", "oidc_client_secret": "a&b:c"}
    return settings.model_copy(update={"authority": file, **given})


@pytest.fixture
def clock() -> SettableClock:
    """The provider's own clock is the machine's."""
    return SettableClock(dt.datetime.now(dt.UTC))


def at_provider(address: str, sub: str, *, change: dict[str, str] | None = None) -> str:
    """Sign in there as somebody; gives the way back, as a path of ours."""
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()} | (change or {})
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    form = urlencode({"sub": sub})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{parts.path}?{urlencode(asked)}", form, kind)
    back = connection.getresponse().getheader("Location")
    connection.close()
    assert back is not None
    return back.removeprefix("http://localhost")


def leave_for(pages: Pages) -> str:
    """Press the button; gives the address at the provider."""
    sign_in = pages.get("/staff/sign-in")
    answer = pages.get(sign_in.link("Sign in with Testham sign-in"), follow=False)
    assert answer.status == 303
    return answer.headers["Location"]


def come_in(pages: Pages, sub: str = "nadia") -> Page:
    return pages.get(at_provider(leave_for(pages), sub))


def actions(house: House) -> list[str]:
    with house.db.reading() as s:
        return list(s.scalars(select(Audit.action).order_by(Audit.id)))


def test_somebody_with_an_account_comes_in_and_is_bound_to_it(
    pages: Pages, iro: Worker, house: House
) -> None:
    assert come_in(pages).h1 == "My reviews"
    with house.db.reading() as s:
        bound = s.scalars(select(StaffIdentity)).one()
        assert (bound.staff_id, bound.subject) == (iro.id, "nadia")
        assert s.scalars(select(StaffVisit.way)).all() == ["oidc"]
    assert {"identity_bound", "sign_in_oidc"} <= set(actions(house))


def test_the_way_there_carries_pkce_state_and_nonce_and_the_verifier_fits(
    app: Flask, pages: Pages, iro: Worker, house: House
) -> None:
    asked = parse_qs(urlsplit(leave_for(pages)).query)
    state = asked["state"][0]
    proof = single_sign_on.proof(house.vault, state)
    digest = hashlib.sha256(proof.verifier.encode()).digest()
    assert asked["code_challenge"] == [base64.urlsafe_b64encode(digest).decode().rstrip("=")]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"] == [proof.nonce]
    assert asked["redirect_uri"] == [BACK]
    assert len(proof.verifier) >= 43
    other = parse_qs(urlsplit(leave_for(pages)).query)
    assert {*other["state"], *other["nonce"]}.isdisjoint({state, proof.nonce})


def test_another_state_or_none_in_this_browser_signs_nobody_in(app: Flask, iro: Worker) -> None:
    mine, theirs = Pages(app), Pages(app)
    way_back = at_provider(leave_for(mine), "nadia")
    assert theirs.get(way_back).h1 == "Please begin again", "a browser that never went there"
    leave_for(theirs)
    assert theirs.get(way_back).h1 == "Please begin again", "one that went there for itself"
    assert theirs.get("/staff/").h1 == "Sign in"
    assert mine.get(way_back).h1 == "My reviews"


def test_an_answer_sent_again_signs_nobody_in(app: Flask, iro: Worker) -> None:
    pages, thief = Pages(app), Pages(app)
    way_back = at_provider(leave_for(pages), "nadia")
    cookie = pages.client.get_cookie("s")
    assert cookie is not None
    assert pages.get(way_back).h1 == "My reviews"
    thief.client.set_cookie("s", cookie.value)  # the very browser, as it was before
    assert thief.get(way_back).h1 == "Please begin again"
    assert thief.get("/staff/").h1 == "Sign in"


def test_a_code_of_another_request_carries_another_nonce(app: Flask, iro: Worker) -> None:
    mine, theirs = Pages(app), Pages(app)
    stolen = parse_qs(urlsplit(at_provider(leave_for(theirs), "nadia")).query)["code"][0]
    state = parse_qs(urlsplit(leave_for(mine)).query)["state"][0]
    page = mine.get(f"/staff/oidc/back?{urlencode({'state': state, 'code': stolen})}")
    assert (page.status, page.h1) == (403, "You were not signed in")


def test_too_long_on_the_way_is_too_late(pages: Pages, iro: Worker, clock: SettableClock) -> None:
    way_back = at_provider(leave_for(pages), "nadia")
    clock.move(minutes=10)
    assert pages.get(way_back).h1 == "Please begin again"


def test_a_token_that_has_expired_vouches_for_nobody(
    app: Flask, pages: Pages, iro: Worker, clock: SettableClock
) -> None:
    clock.move(hours=1, minutes=2)
    assert come_in(pages).h1 == "You were not signed in"
    clock.move(hours=-2, minutes=-4)
    assert come_in(pages).h1 == "You were not signed in", "nor one from the future"


def test_a_token_for_another_site_vouches_for_nobody_here(pages: Pages, iro: Worker) -> None:
    way_back = at_provider(leave_for(pages), "nadia", change={"client_id": "another-site"})
    assert pages.get(way_back).status == 403
    assert pages.get("/staff/").h1 == "Sign in"


WRONG: list[dict[str, object]] = [
    {"aud": "another-site"}, {"aud": ["this-site", "another-site"]}, {"iss": "https://login.example.org"},
    {"nonce": "another"}, {"exp": 1}, {"exp": None}, {"nonce": None}, {"sub": None}, {"iat": None},
    {"azp": "another-site"},
]  # fmt: skip


def test_each_claim_of_a_token_is_checked(
    app: Flask, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from joserfc import jwt
    from joserfc.jwk import KeySet, RSAKey

    home: House = app.extensions["house"]
    found, now = home.identity, int(clock().timestamp())
    assert found is not None
    key = RSAKey.generate_key(2048, {"kid": "one"})
    proof = single_sign_on.proof(home.vault, "a state")
    right = {"iss": found.issuer, "aud": "this-site", "sub": "nadia", "nonce": proof.nonce, "iat": now, "exp": now + 60,
             "amr": ["mfa"]}  # fmt: skip
    known = found._discovered(clock())
    monkeypatch.setattr(found, "_known", replace(known, keys=KeySet([key])))

    def vouch(claims: dict[str, object], by: RSAKey = key) -> object:
        kept = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, kept, by)
        monkeypatch.setattr(found, "_token", lambda *_: token)
        return found.vouched("code", proof, BACK, clock())

    assert vouch(dict(right))
    stranger = RSAKey.generate_key(2048, {"kid": "one"})
    for claims, by in (*((right | wrong, key) for wrong in WRONG), (dict(right), stranger)):
        with pytest.raises(NotVouched, match="token"):
            vouch(claims, by)


def test_an_unsigned_token_vouches_for_nobody(
    app: Flask, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    home: House = app.extensions["house"]
    assert home.identity is not None
    proof, now = single_sign_on.proof(home.vault, "a state"), int(clock().timestamp())
    parts = [{"alg": "none"}, {"iss": home.identity.issuer, "aud": "this-site", "sub": "nadia", "nonce": proof.nonce,
                               "iat": now, "exp": now + 60, "amr": ["mfa"]}]  # fmt: skip
    token = (
        ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts)
        + "."
    )
    monkeypatch.setattr(home.identity, "_token", lambda *_: token)
    with pytest.raises(NotVouched):
        home.identity.vouched("code", proof, BACK, clock())


@pytest.mark.parametrize(
    "sub,words",
    [("stranger", "There is no account for you here"), ("unchecked", "There is no account for you here"),
     ("password-alone", "One more step is needed there")],
)  # fmt: skip
def test_whoever_is_unknown_or_showed_too_little_is_told_kindly(
    pages: Pages, iro: Worker, house: House, sub: str, words: str
) -> None:
    page = come_in(pages, sub)
    assert (page.status, page.h1) == (403, words)
    assert pages.get("/staff/").h1 == "Sign in"
    with house.db.reading() as s:
        assert s.scalars(select(StaffIdentity)).all() == []


def test_an_account_is_found_by_the_name_there_once_and_then_by_nothing_but_the_subject(
    app: Flask, iro: Worker, house: House
) -> None:
    assert come_in(Pages(app), "by-name").h1 == "My reviews"
    assert come_in(Pages(app), "nadia").h1 == "There is no account for you here", "bound to another subject"
    with house.db.writing() as s:
        s.scalars(select(Staff).where(Staff.id == iro.id)).one().email = "married@example.org"
    assert come_in(Pages(app), "by-name").h1 == "My reviews"


def test_two_accounts_with_one_address_are_nobodys_until_an_administrator_looks(
    pages: Pages, iro: Worker, other_iro: Worker, house: House
) -> None:
    with house.db.writing() as s:
        s.scalars(select(Staff).where(Staff.id == other_iro.id)).one().email = "NADIA@example.org"
    assert come_in(pages).h1 == "There is no account for you here"


def test_a_closed_account_stays_closed_to_the_provider_too(
    app: Flask, iro: Worker, house: House, clock: SettableClock
) -> None:
    inside = Pages(app)
    come_in(inside)
    with house.db.writing() as s:
        sign_ins.disable(s, clock(), iro.username)
    assert inside.get("/staff/").h1 == "Sign in"
    assert come_in(Pages(app)).h1 == "There is no account for you here"


def test_stopping_there_is_no_failure_of_ours(pages: Pages, iro: Worker) -> None:
    state = parse_qs(urlsplit(leave_for(pages)).query)["state"][0]
    page = pages.get(f"/staff/oidc/back?{urlencode({'state': state, 'error': 'access_denied'})}")
    assert (page.status, page.h1) == (403, "You were not signed in")


def test_signing_out_offers_to_sign_out_there_too(pages: Pages, iro: Worker, provider: str) -> None:
    page = pages.press(come_in(pages), "Sign out")
    there = pages.get(page.link("sign out of Testham sign-in"), follow=False)
    assert there.headers["Location"].startswith(provider)
    assert "post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Fstaff%2Fsign-in" in there.headers["Location"]


def test_a_provider_that_is_away_is_said_and_a_machine_that_settings_did_not_name_is_never_called(
    app: Flask, pages: Pages, monkeypatch: pytest.MonkeyPatch, clock: SettableClock
) -> None:
    home: House = app.extensions["house"]
    found = home.identity
    assert found is not None
    known = found._discovered(clock())
    proof = Proof("s", "n", "v" * 43)
    for address in (
        "http://169.254.169.254/x",
        "http://[::1]/x",
        "https://evil.example/x",
        "gopher://x/x",
    ):
        said = dict.fromkeys(("token_endpoint", "jwks_uri", "authorization_endpoint"), address)
        monkeypatch.setattr(found, "_known", replace(known, said={**known.said, **said}))
        with pytest.raises(NotVouched, match="token"):
            found.address(proof, BACK, clock())
        with pytest.raises(NotVouched, match="token"):
            found.vouched("code", proof, BACK, clock())
        with pytest.raises(NotVouched, match="token"):
            found._asked("GET", said, "jwks_uri")
    monkeypatch.setattr(found, "_known", None)
    monkeypatch.setattr(
        found, "outside", Outside("http://127.0.0.1:9", inside=["127.0.0.1"], plain=["127.0.0.1"])
    )
    page = pages.get("/staff/oidc", may_fail=True)
    assert (page.status, page.h1) == (503, "Testham sign-in can’t be reached")


def test_the_secret_of_each_request_to_the_provider_is_in_no_address(
    pages: Pages, iro: Worker, house: House
) -> None:
    address = leave_for(pages)
    proof = single_sign_on.proof(house.vault, parse_qs(urlsplit(address).query)["state"][0])
    assert proof.verifier not in address
    assert "a%26b" not in address


@pytest.mark.parametrize(
    "change,words",
    [({"oidc_client_secret": ""}, "belong together"), ({"oidc_issuer": "http://login.example.org"}, "https://"),
     ({"oidc_issuer": "https://login.microsoftonline.com/common/v2.0"}, "your own tenant")],
)  # fmt: skip
def test_a_provider_that_is_not_whole_or_not_safe_stops_the_start(
    settings: Settings, change: dict[str, str], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Settings.model_validate({**settings.model_dump(), **change})


def test_single_sign_on_without_a_provider_and_a_provider_without_it_stop_the_start(
    settings: Settings,
) -> None:
    none = {"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret": ""}
    with pytest.raises(SettingsError, match="oidc needs MYREVIEW_OIDC_ISSUER"):
        build(settings.model_copy(update=none))
    with pytest.raises(SettingsError, match="must name oidc"):
        build(settings.model_copy(update={"authority": AUTHORITY}))


def test_entra_is_asked_for_an_authentication_context(settings: Settings, clock: SettableClock) -> None:
    found = IdentityProvider(settings, "acrs", ("c1",))
    proof = Proof("s", "n", "v" * 43)
    asked = parse_qs(urlsplit(found.address(proof, BACK, clock())).query)
    assert json.loads(asked["claims"][0]) == {"id_token": {"acrs": {"essential": True, "values": ["c1"]}}}
    assert found._strong({"acrs": ["c1"]})
    assert not found._strong({"acrs": []})
    assert not found._strong({"amr": ["mfa"]})


def test_without_single_sign_on_its_pages_are_not_there(
    house: House, settings: Settings, clock: SettableClock
) -> None:
    none = {"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret": "", "authority": AUTHORITY}
    app = create_app(settings.model_copy(update=none), clock)
    for path in ("", "/back", "/leave"):
        assert Pages(app).get(f"/staff/oidc{path}").status == 404
    app.extensions["house"].db.close()

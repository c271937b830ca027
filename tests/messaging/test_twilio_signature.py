"""The provider's signature, against the provider's own library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from webapp.messaging.twilio_signature import genuine, sign

TOKEN = "12345"
URL = "https://review.example.org/hooks/twilio/sms"
PAIRS = [("From", "+447700900001"), ("Body", "  yes \n"), ("MediaUrl0", ""), ("MessageSid", "SM1")]
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(text, text), max_size=8))
def test_we_sign_as_the_providers_library_does(pairs: list[tuple[str, str]]) -> None:
    validator = RequestValidator(TOKEN)
    theirs = validator.compute_signature(URL, _Several(pairs))
    assert sign(URL, pairs, TOKEN) == theirs
    assert genuine(URL, pairs, theirs, TOKEN)


class _Several(MultiDict[str, str]):
    """Fields that may come more than once, as the library reads them."""

    getall = MultiDict.getlist


@pytest.mark.parametrize(
    "pairs",
    [
        PAIRS[:-1],
        [*PAIRS, ("Extra", "")],
        [(name, value.strip()) for name, value in PAIRS],
        [("From", "+447700900002"), *PAIRS[1:]],
    ],
)
def test_a_form_that_was_changed_is_not_genuine(pairs: list[tuple[str, str]]) -> None:
    assert not genuine(URL, pairs, sign(URL, PAIRS, TOKEN), TOKEN)


@pytest.mark.parametrize(
    "url", [URL + "/", URL + "?a=1", URL.replace("https", "http"), URL.replace("review", "other")]
)
def test_a_form_for_another_address_is_not_genuine(url: str) -> None:
    assert not genuine(url, PAIRS, sign(URL, PAIRS, TOKEN), TOKEN)


@pytest.mark.parametrize("signature", ["", "é", "AAAA", "\ud800", sign(URL, PAIRS, "another account")])
def test_no_signature_nonsense_or_another_accounts_is_not_genuine(signature: str) -> None:
    assert not genuine(URL, PAIRS, signature, TOKEN)


def test_without_a_token_nothing_is_genuine() -> None:
    assert not genuine(URL, PAIRS, sign(URL, PAIRS, ""), "")


def test_the_usual_port_and_the_settings_behind_the_address_change_nothing() -> None:
    with_port = "https://review.example.org:443/hooks/twilio/sms"
    assert genuine(URL, PAIRS, sign(with_port, PAIRS, TOKEN), TOKEN)
    assert genuine(with_port, PAIRS, sign(URL, PAIRS, TOKEN), TOKEN)
    assert genuine(URL + "#rc=3&rp=all", PAIRS, sign(URL, PAIRS, TOKEN), TOKEN)

"""Encryption at rest: what is sealed opens in its own place with its own key, and nowhere else (threats.md P2)."""

from __future__ import annotations

import base64
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.store import SealBroken, Vault

MASTER, OTHER, LOOKUP = (secrets.token_bytes(32) for _ in range(3))
VAULT = Vault(MASTER, LOOKUP)
PLACE = "child.known_as:1"


@given(st.text())
def test_what_is_sealed_opens_whole(text: str) -> None:
    key, _ = VAULT.new_key("child:1")
    try:
        text.encode()
    except UnicodeEncodeError:
        with pytest.raises(UnicodeEncodeError):
            key.seal(text, PLACE)
        return
    assert key.open(key.seal(text, PLACE), PLACE) == text


@given(st.binary())
def test_bytes_open_as_they_were_and_as_text_only_where_they_are_one(content: bytes) -> None:
    key, _ = VAULT.new_key("child:1")
    held = key.seal_bytes(content, PLACE)
    assert key.open_bytes(held, PLACE) == content
    with pytest.raises(SealBroken):
        key.open_bytes(held, "child.known_as:2")
    with pytest.raises(SealBroken):
        key.open(key.seal_bytes(b"\xff" + content, PLACE), PLACE)


def test_the_sealed_text_holds_nothing_of_the_words_and_never_looks_the_same() -> None:
    key, wrapped = VAULT.new_key("child:1")
    first, second = key.seal("CANARY", PLACE), key.seal("CANARY", PLACE)
    assert b"CANARY" not in first + second + wrapped
    assert first != second


@pytest.mark.parametrize(
    "place", ["child.known_as:2", "child.given_name:1", "person.known_as:1", "", PLACE + " "]
)
def test_a_value_moved_to_another_row_or_column_does_not_open(place: str) -> None:
    key, _ = VAULT.new_key("child:1")
    with pytest.raises(SealBroken):
        key.open(key.seal("words", PLACE), place)


def test_another_owners_key_does_not_open_it() -> None:
    one, _ = VAULT.new_key("child:1")
    two, _ = VAULT.new_key("child:2")
    with pytest.raises(SealBroken):
        two.open(one.seal("words", PLACE), PLACE)


def test_a_key_moved_to_another_owner_does_not_open() -> None:
    _, wrapped = VAULT.new_key("child:1")
    with pytest.raises(SealBroken):
        VAULT.key(wrapped, "child:2")


@given(st.data())
def test_one_changed_bit_is_noticed(data: st.DataObject) -> None:
    key, _ = VAULT.new_key("child:1")
    sealed = bytearray(key.seal("words", PLACE))
    position = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[position // 8] ^= 1 << position % 8
    with pytest.raises(SealBroken):
        key.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"x", b"x" * 12, b"x" * 27, b"x" * 100])
def test_bytes_that_were_never_sealed_are_refused_as_such(sealed: bytes) -> None:
    key, _ = VAULT.new_key("child:1")
    with pytest.raises(SealBroken):
        key.open(sealed, PLACE)


@pytest.mark.parametrize("wrapped", [b"", b"xx", b"x" * 16, b"x" * 64])
def test_a_wrapped_key_that_is_none_is_refused_as_such(wrapped: bytes) -> None:
    with pytest.raises(SealBroken):
        VAULT.key(wrapped, "child:1")


def test_a_former_master_key_still_opens_and_the_new_one_wraps() -> None:
    key, wrapped = VAULT.new_key("child:1")
    sealed = key.seal("words", PLACE)
    both = Vault(OTHER, LOOKUP, (MASTER,))
    again = both.rewrap(wrapped, "child:1")
    assert both.key(wrapped, "child:1").open(sealed, PLACE) == "words"
    assert Vault(OTHER, LOOKUP).key(again, "child:1").open(sealed, PLACE) == "words"
    with pytest.raises(SealBroken):
        VAULT.key(again, "child:1")


def test_the_error_names_the_place_and_never_the_words() -> None:
    key, _ = VAULT.new_key("child:1")
    with pytest.raises(SealBroken) as caught:
        key.open(key.seal("CANARY", PLACE), "child.known_as:2")
    assert "CANARY" not in repr(caught.value)
    assert "child.known_as:2" in str(caught.value)


def test_a_lookup_is_the_same_for_one_value_and_tells_kinds_and_keys_apart() -> None:
    found = VAULT.lookup("phone", "07700900123")
    assert found == VAULT.lookup("phone", "07700900123")
    assert len(found) == 64
    others = {VAULT.lookup("code", "07700900123"), VAULT.lookup("phone", "07700900124")}
    assert found not in others
    assert Vault(MASTER, OTHER).lookup("phone", "07700900123") != found


def test_nothing_is_sealed_where_there_is_nothing_to_seal() -> None:
    key, _ = VAULT.new_key("child:1")
    assert key.seal_some(None, PLACE) is None
    assert key.seal_some("", PLACE) is None
    assert key.open_some(None, PLACE) == ""


def test_settings_texts_make_the_same_vault() -> None:
    def b64(raw: bytes) -> str:
        return base64.b64encode(raw).decode()

    _, wrapped = VAULT.new_key("child:1")
    read = Vault.from_base64(b64(OTHER), b64(LOOKUP), f" {b64(MASTER)} , ")
    read.key(wrapped, "child:1")
    assert read.lookup("x", "y") == VAULT.lookup("x", "y")

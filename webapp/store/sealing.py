"""Encryption at rest: a random key per record owner, wrapped by the master key; and keyed hashes for look-ups.

AES-256-GCM throughout. Associated data names the table, the column and our own id, so a ciphertext moved to another
row or column is refused (threats.md P2). Rotation wraps the small keys anew; erasure throws one away.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

NONCE = 12
KEY_ID = 4


class SealBroken(Exception):
    """A sealed value can't be opened: wrong key, wrong row, or changed bytes. Names the place, never the value."""


def key_id(master: bytes) -> bytes:
    """A short public name of a master key, kept in front of each key that it wraps."""
    return hashlib.sha256(b"key-id\0" + master).digest()[:KEY_ID]


class Key:
    """One opened data key: seals and opens the texts of one owner."""

    __slots__ = ("_aead",)

    def __init__(self, raw: bytes) -> None:
        self._aead = AESGCM(raw)

    def seal(self, text: str, where: str) -> bytes:
        """The text, sealed for one place, as `table.column:id`."""
        return self.seal_bytes(text.encode(), where)

    def open(self, sealed: bytes, where: str) -> str:
        """The text again. Raises SealBroken where place, key or bytes differ."""
        try:
            return self.open_bytes(sealed, where).decode()
        except UnicodeDecodeError:
            raise SealBroken(where) from None

    def seal_bytes(self, content: bytes, where: str) -> bytes:
        """As `seal`, for what is no text."""
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, content, where.encode())

    def open_bytes(self, sealed: bytes, where: str) -> bytes:
        """As `open`, for what is no text. Raises SealBroken too."""
        try:
            return self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], where.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(where) from None

    def seal_some(self, text: str | None, where: str) -> bytes | None:
        """Seal, where there is anything to seal."""
        return self.seal(text, where) if text else None

    def open_some(self, sealed: bytes | None, where: str) -> str:
        """Open, or the empty text where nothing was sealed."""
        return self.open(sealed, where) if sealed else ""


class Vault:
    """The master keys (the first wraps, all can unwrap) and the look-up key."""

    def __init__(self, master: bytes, lookup: bytes, old: tuple[bytes, ...] = ()) -> None:
        self._masters = {key_id(key): AESGCM(key[:32]) for key in (*old, master)}
        self._current = key_id(master)
        self._lookup = lookup
        self._marks = AESSIV(hmac.digest(lookup, b"marks", "sha512"))

    @classmethod
    def from_base64(cls, master: str, lookup: str, old: str = "") -> Vault:
        """A vault from the settings' base64 texts; `old` holds former master keys separated by commas."""
        former = tuple(base64.b64decode(part) for part in old.split(",") if part.strip())
        return cls(base64.b64decode(master), base64.b64decode(lookup), former)

    @property
    def current(self) -> bytes:
        """The id of the master key that wraps now."""
        return self._current

    def new_key(self, owner: str) -> tuple[Key, bytes]:
        """A fresh data key for an owner (`table:id`), opened and wrapped."""
        raw = os.urandom(32)
        return Key(raw), self._wrap(raw, owner)

    def key(self, wrapped: bytes, owner: str) -> Key:
        """The owner's data key. Raises SealBroken where no master key here opens it."""
        return Key(self._unwrap(wrapped, owner))

    def rewrap(self, wrapped: bytes, owner: str) -> bytes:
        """The same data key under the current master key."""
        return self._wrap(self._unwrap(wrapped, owner), owner)

    def _wrap(self, raw: bytes, owner: str) -> bytes:
        nonce = os.urandom(NONCE)
        return (
            self._current
            + nonce
            + self._masters[self._current].encrypt(nonce, raw, b"wrap:" + owner.encode())
        )

    def _unwrap(self, wrapped: bytes, owner: str) -> bytes:
        master = self._masters.get(wrapped[:KEY_ID])
        if master is None:
            raise SealBroken(f"{owner}: wrapped by a master key that is not in the settings")
        rest = wrapped[KEY_ID:]
        try:
            return master.decrypt(rest[:NONCE], rest[NONCE:], b"wrap:" + owner.encode())
        except InvalidTag:
            raise SealBroken(owner) from None

    def lookup(self, kind: str, value: str) -> str:
        """A keyed hash to find a value by (link, code, phone, email) without keeping it. 64 hex digits."""
        return hmac.digest(self._lookup, f"{kind}\0{value}".encode(), "sha256").hex()

    def mark(self, kind: str, own_id: str) -> str:
        """One of our ids as a short text that only we can read, always the same for the same id (RFC 5297)."""
        sealed = self._marks.encrypt(bytes.fromhex(own_id), [kind.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def marked(self, kind: str, mark: str) -> str | None:
        """The id in a mark; None where it is none of ours."""
        try:
            sealed = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4))
            return self._marks.decrypt(sealed, [kind.encode()]).hex()
        except (InvalidTag, ValueError):
            return None

"""A made-up security key: makes passkeys and answers challenges, as a browser and its device do together."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    """base64url, as browsers write it."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Device:
    """One key on one device. What it says can be bent by a test."""

    def __init__(self) -> None:
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user = b""
        self.count = 0

    def _said(self, kind: str, options: dict[str, Any], origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": origin}).encode()

    def _data(self, host: str, flags: int) -> bytes:
        self.count += 1
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def make(
        self, options: dict[str, Any], origin: str, host: str = "localhost", verified: bool = True
    ) -> str:
        """What navigator.credentials.create gives, as the page sends it."""
        self.user = base64.urlsafe_b64decode(options["user"]["id"] + "==")
        at = self.secret.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}
        flags = PRESENT | MADE | (VERIFIED if verified else 0)
        data = (
            self._data(host, flags) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(key)
        )
        response = {
            "clientDataJSON": text(self._said("webauthn.create", options, origin)),
            "attestationObject": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._sent(response)

    def answer(
        self, options: dict[str, Any], origin: str, host: str = "localhost", verified: bool = True
    ) -> str:
        """What navigator.credentials.get gives."""
        said = self._said("webauthn.get", options, origin)
        data = self._data(host, PRESENT | (VERIFIED if verified else 0))
        signed = self.secret.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": text(said), "authenticatorData": text(data), "signature": text(signed),
            "userHandle": text(self.user),
        }  # fmt: skip
        return self._sent(response)

    def _sent(self, response: dict[str, str]) -> str:
        own = text(self.id)
        return json.dumps({
            "id": own, "rawId": own, "type": "public-key", "response": response, "clientExtensionResults": {},
        })  # fmt: skip

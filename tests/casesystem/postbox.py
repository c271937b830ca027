"""A mail server on this machine that speaks TLS, with a certificate of its own, and what lies in its mailbox."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.messaging.doubles import Mailbox, mail_server

TEAM = "reviews@harbourside.example"
SENDER = "my-review@harbourside.example"


def certificate(folder: Path) -> Path:
    """A file with a certificate for this machine and its key; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ), critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "server.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def server_side(pem: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS with it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@contextmanager
def serving(box: Mailbox, pem: Path | None, smtps: bool = False, **options: Any) -> Iterator[str]:
    """The server, running; gives its URL. Without a certificate it speaks no TLS at all."""
    if pem and smtps:
        options["ssl_context"] = server_side(pem)
    elif pem:
        options |= {"tls_context": server_side(pem), "require_starttls": True}
    server = mail_server(box, **options)
    server.start()
    try:
        yield f"{'smtps' if smtps else 'smtp'}://127.0.0.1:{server.port}"
    finally:
        server.stop()


def held(box: Mailbox) -> dict[str, object]:
    """What a mailbox that tells emails by their Message-ID holds: by key, the record."""
    return {str(mail["Message-ID"])[1:65]: record(mail) for _, mail in box.mail}


def record(mail: EmailMessage) -> object:
    """The record beside an email."""
    found: object = json.loads(attached(mail)["application/json"][0])
    return found


def attached(mail: EmailMessage) -> dict[str, list[bytes]]:
    """What is attached, by type."""
    files: dict[str, list[bytes]] = {}
    for part in mail.iter_attachments():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        files.setdefault(part.get_content_type(), []).append(content)
    return files

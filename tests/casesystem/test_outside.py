"""Calls to another machine reach the one that settings name, or none (threats.md B11)."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.casesystem.receiving import Receiver, reaching, receiving
from webapp.casesystem import Away, GiveUp, TryAgain
from webapp.casesystem.outside import Allowed, Answer, Outside, base, fit, retry_after, taken


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def leads_to(*addresses: str) -> Any:
    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return resolve


@pytest.mark.parametrize(
    "url",
    [
        "http://cases.example.org", "file:/etc/passwd", "gopher://cases.example.org", "https://", "cases.example.org",
        "https://127.0.0.1", "https://[::1]", "https://169.254.169.254/latest", "https://10.0.0.1", "https://2130706433",
        "https://0x7f.1", "https://127.1", "https://0177.0.0.1", "https://[::ffff:127.0.0.1]", "https://[64:ff9b::7f00:1]",
        "https://[2002:7f00:1::]", "https://user:pass@cases.example.org", "https://cases.example.org/?a=1",
        "https://cases.example.org#x", "https://cases.example.org\\@evil.example", "https://cases.example.org:99999",
        "https://ca ses.example.org", "https://cases.example.org/\r\nX: y", "https://0.0.0.0", "https://[fe80::1]",
    ],
)  # fmt: skip
def test_an_address_that_is_no_place_to_send_to_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError):
        Outside(url)


def test_a_host_that_settings_do_not_list_is_refused() -> None:
    with pytest.raises(ValueError, match="not among those allowed"):
        Outside("https://cases.example.org", hosts=["other.example.org"])
    with pytest.raises(ValueError, match="not among those allowed"):
        base("https://tokens.example.org", Outside("https://cases.example.org").allowed)


def test_only_a_host_that_is_named_may_be_inside_and_the_machine_beside_us_never() -> None:
    inside = Allowed(frozenset(["10.0.0.1", "169.254.169.254"]), frozenset(["10.0.0.1", "169.254.169.254"]))
    assert base("https://10.0.0.1/x/", inside).path == "/x"
    with pytest.raises(ValueError, match="inside"):
        base("https://169.254.169.254", inside)


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.0.9", "fd00::1", "::1"]
)
def test_a_name_that_leads_inside_is_refused_at_the_start_and_at_each_call(address: str) -> None:
    outside = Outside("https://cases.example.org", resolve=leads_to(address))
    with pytest.raises(ValueError, match="leads to"):
        outside.check()
    with pytest.raises(Away, match="address_refused"):
        outside.call("GET", "/")


def test_one_forbidden_address_among_good_ones_is_enough() -> None:
    outside = Outside("https://cases.example.org", resolve=leads_to("93.184.216.34", "10.0.0.1"))
    with pytest.raises(Away, match="address_refused"):
        outside.call("GET", "/")


def test_a_name_is_looked_up_once_a_call_and_what_was_checked_is_what_is_called(
    server: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def changing(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [
            (
                socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                ("127.0.0.1" if len(asked) == 1 else "10.9.9.9", port),
            )
        ]

    outside = reaching(server.url, resolve=changing)
    assert outside.call("GET", "/reviews").status == 204
    assert asked == ["localhost"]


def test_a_name_that_cannot_be_looked_up_is_away_and_no_mistake_of_the_settings() -> None:
    def none(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        raise socket.gaierror

    outside = Outside("https://cases.example.org", resolve=none)
    outside.check()
    with pytest.raises(Away, match="no_name"):
        outside.call("GET", "/")


def test_looking_up_a_name_has_an_end() -> None:
    gate = threading.Event()

    def hangs(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        gate.wait(5)
        return []

    with pytest.raises(Away, match="no_name"):
        Outside("https://cases.example.org", resolve=hangs, connect=0.05).call("GET", "/")
    gate.set()


def test_a_redirect_is_not_followed(server: Receiver) -> None:
    server.instead = lambda path, body: (302, {"Location": f"{server.url}/other"}, b"")
    answer = reaching(server.url).call("GET", "/reviews")
    assert [path for _, path, _, _ in server.log] == ["/api/reviews"]
    with pytest.raises(Away, match="http 302"):
        taken(answer)


def test_no_proxy_is_taken_from_the_environment(server: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert reaching(server.url).call("GET", "/reviews").status == 204


@pytest.mark.parametrize(
    "piece", [b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 50, b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"]
)
def test_an_answer_that_drips_ends_in_time(piece: bytes) -> None:
    stop = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = listening.accept()
        line.sendall(piece)
        while not stop.wait(0.02):
            try:
                line.sendall(b"z")
            except OSError:
                break
        line.close()

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    started = time.monotonic()
    with pytest.raises(TryAgain, match="no_answer"):
        reaching(f"http://localhost:{listening.getsockname()[1]}", total=0.3).call("GET", "/")
    assert time.monotonic() - started < 2
    stop.set()
    thread.join()
    listening.close()


def test_a_handshake_that_drips_ends_in_time() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"https://localhost:{listening.getsockname()[1]}"
    with pytest.raises(Away, match="no_line"):
        reaching(url, connect=0.2).call("GET", "/")
    listening.close()


def test_nobody_at_the_door_is_away() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    listening.close()
    with pytest.raises(Away, match="no_line"):
        reaching(f"http://localhost:{port}").call("GET", "/")


def test_a_line_that_breaks_may_have_carried_all_of_it() -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        line, _ = listening.accept()
        line.recv(100)
        line.close()

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    with pytest.raises(TryAgain, match="broken_line") as caught:
        reaching(f"http://localhost:{listening.getsockname()[1]}").call("POST", "/events", {}, b"x")
    assert not isinstance(caught.value, Away)
    thread.join()
    listening.close()


def test_an_answer_without_end_is_not_read_to_the_end(server: Receiver) -> None:
    server.instead = lambda path, body: (200, {}, b"x" * 5000)
    with pytest.raises(TryAgain, match="answer_too_long"):
        reaching(server.url, longest=4000).call("GET", "/reviews")


def a_certificate(folder: Path, name: str) -> Path:
    """A key and a certificate for one name, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(start).not_valid_after(start + dt.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("name", "trusted", "good"),
    [("localhost", True, True), ("localhost", False, False), ("else", True, False)],
)
def test_the_certificate_must_be_of_that_name_and_trusted(
    tmp_path: Path, name: str, trusted: bool, good: bool
) -> None:
    held = a_certificate(tmp_path, name)
    with receiving() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(held)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        url = f"https://localhost:{server.server_port}/api"
        outside = Outside(url, inside=["localhost"], ca=str(held) if trusted else None)
        if good:
            assert outside.call("GET", "/reviews").status == 204
        else:
            with pytest.raises(Away, match="no_secure_line"):
                outside.call("GET", "/reviews")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None), (201, None), (202, None), (204, None), (409, None), (301, Away), (400, GiveUp), (401, Away),
        (403, Away), (404, GiveUp), (408, TryAgain), (413, GiveUp), (422, GiveUp), (425, TryAgain), (429, Away),
        (500, TryAgain), (502, Away), (503, Away), (504, Away), (599, TryAgain),
    ],
)  # fmt: skip
def test_what_each_answer_means(status: int, kind: type[Exception] | None) -> None:
    answer = Answer(status, {"retry-after": "120"}, b"")
    if kind is None:
        taken(answer)
        return
    with pytest.raises(kind) as caught:
        taken(answer)
    assert type(caught.value) is kind
    if isinstance(caught.value, TryAgain):
        assert caught.value.after == 120


def test_when_to_come_again_may_be_seconds_or_a_date_and_nonsense_is_nothing() -> None:
    later = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5), usegmt=True)
    assert 290 < retry_after(later) <= 300
    assert retry_after("120") == 120
    assert [
        retry_after(text) for text in ("", "soon", "-5", "1e9", "9" * 40, "Mon, 01 Jan 2001 00:00:00 GMT")
    ] == [0.0] * 6


def test_a_network_within_another_is_seen_through() -> None:
    assert fit(ipaddress.ip_address("93.184.216.34"), inside=False)
    for address in ("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "100.64.0.1", "192.0.2.1"):
        assert not fit(ipaddress.ip_address(address), inside=False), address

"""Calls to one other machine over HTTPS, and to no machine that settings didn't name (threats.md B11).

The address is looked up, checked and then connected to as it was checked, at every call: a name that leads somewhere
else a moment later leads nowhere. Nothing follows a redirect, nothing reads a proxy from the environment. Each call has
one end, whatever the other side drips.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import io
import ipaddress
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from webapp.casesystem.port import Away, GiveUp, TryAgain

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[..., list[tuple[Any, ...]]]
NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
CONNECT, READ, TOTAL = 5.0, 15.0, 25.0
"""Seconds for a connection, for silence between two bytes, and for a call as a whole."""
LONGEST_ANSWER = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in small letters; what came under one name several times is joined by commas."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Allowed:
    """What settings let us reach. Hosts as they stand in an address, in small letters."""

    hosts: frozenset[str]
    inside: frozenset[str] = frozenset()
    """Hosts that may have an address of the house's own network, or of this machine."""
    plain: frozenset[str] = frozenset()
    """Hosts that may be called without TLS: for tests; never in live mode."""


@dataclass(frozen=True, slots=True)
class Base:
    """An address that was checked, to which paths are added."""

    scheme: str
    host: str
    port: int
    path: str
    """Without a slash at its end."""


def base(url: str, allowed: Allowed) -> Base:
    """The address, checked but for where its name leads. Raises ValueError saying what is wrong with it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("the address is none") from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("https", "http"):
        raise ValueError("the address must start with https://")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("the address must hold no password, no ? and no #")
    if re.search(r"[\x00-\x20\x7f\\]", url) or not (NAME.fullmatch(host) or _literal(host)):
        raise ValueError("the host must be a name, or an IP address in its usual form")
    if host not in allowed.hosts:
        raise ValueError(f"the host {host} is not among those allowed")
    if parts.scheme == "http" and host not in allowed.plain:
        raise ValueError(f"{host} may not be called without TLS")
    found = _literal(host)
    if found is not None and not fit(found, host in allowed.inside):
        raise ValueError(f"{host} is an address inside the house: name it under inside")
    return Base(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), parts.path.rstrip("/"))


def fit(address: Address, inside: bool) -> bool:
    """Whether an address may be connected to; `inside`: one of our own network is right."""
    address = _unwrapped(address)
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return False
    return inside or address.is_global


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address.sixtofour:
            return address.sixtofour
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _literal(host: str) -> Address | None:
    """The address that is written here; 2130706433, 0177.1 and 127.1 are none."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


class Outside:
    """Calls one base address. Any number of threads may call at once."""

    def __init__(
        self, url: str, *, hosts: Collection[str] = (), inside: Collection[str] = (), plain: Collection[str] = (),
        ca: str | None = None, total: float = TOTAL, read: float = READ, connect: float = CONNECT,
        longest: int = LONGEST_ANSWER, resolve: Resolve = socket.getaddrinfo,
    ) -> None:  # fmt: skip
        """Raises ValueError where the address is not one that may be called. `ca` is a file with the certificates to
        trust instead of the usual ones. Without `hosts` only the address's own is allowed.
        """
        own = (urlsplit(url).hostname or "").lower()
        self.allowed = Allowed(_low(hosts) or frozenset([own]), _low(inside), _low(plain))
        self.base = base(url, self.allowed)
        self.total, self.read, self.connect, self.longest = total, read, connect, longest
        self.resolve = resolve
        try:
            self.tls = ssl.create_default_context(cafile=ca)
        except OSError:
            raise ValueError("the file of certificates can't be read") from None

    def check(self) -> None:
        """Look where the name leads now. Raises ValueError where it leads to somewhere forbidden; a name that can't be
        looked up at the moment is no mistake of the settings.
        """
        with contextlib.suppress(Away):
            found = self._looked_up(time.monotonic() + self.connect)
            if not self._fit(found):
                raise ValueError(f"{self.base.host} leads to an address that may not be called")

    def call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"",
        to: Base | None = None,
    ) -> Answer:  # fmt: skip
        """One call; `path` starts with a slash and is percent-encoded already. `to` is another base that was checked
        with what is `allowed` here.

        Raises Away where nobody is there, and TryAgain where an answer didn't come or didn't end.
        """
        where = to or self.base
        deadline = time.monotonic() + self.total
        line = self._open(where, deadline)
        connection = http.client.HTTPConnection(where.host, where.port)
        connection.sock = _Timed(line, deadline, self.read)
        shown = where.host if ":" not in where.host else f"[{where.host}]"
        default = {"https": 443, "http": 80}[where.scheme]
        host = shown if where.port == default else f"{shown}:{where.port}"
        try:
            connection.request(
                method,
                where.path + path,
                body or None,
                {"Host": host, "Connection": "close", **(headers or {})},
            )
            got = connection.getresponse()
            content = got.read(self.longest + 1)
            if len(content) > self.longest:
                raise TryAgain("answer_too_long")
            said = {name.lower(): got.getheader(name, "") for name, _ in got.getheaders()}
            return Answer(got.status, said, content)
        except TimeoutError:
            raise TryAgain("no_answer") from None
        except (OSError, http.client.HTTPException):
            raise TryAgain("broken_line") from None
        finally:
            connection.close()
            line.close()

    def _open(self, where: Base, deadline: float) -> socket.socket:
        found = self._looked_up(deadline, where)
        if not self._fit(found, where):
            raise Away("address_refused")
        for address in found:
            try:
                left = min(self.connect, deadline - time.monotonic())
                line = socket.create_connection((str(address), where.port), timeout=max(left, 0.001))
            except OSError:
                continue
            if where.scheme == "http":
                return line
            return self._secure(line, where, min(deadline, time.monotonic() + self.connect))
        raise Away("no_line")

    def _secure(self, line: socket.socket, where: Base, deadline: float) -> ssl.SSLSocket:
        """The line with TLS, or closed."""
        safe = None
        try:
            line.setblocking(False)
            safe = self.tls.wrap_socket(line, server_hostname=where.host, do_handshake_on_connect=False)
            while True:
                try:
                    safe.do_handshake()
                    return safe
                except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
                    wants = isinstance(error, ssl.SSLWantReadError)
                    left = max(deadline - time.monotonic(), 0)
                    if not any(select.select([safe] if wants else [], [] if wants else [safe], [], left)):
                        raise TimeoutError from None
        except OSError as error:
            (safe or line).close()  # wrapping takes the line over
            raise Away("no_line" if isinstance(error, TimeoutError) else "no_secure_line") from None

    def _fit(self, found: Collection[Address], where: Base | None = None) -> bool:
        inside = (where or self.base).host in self.allowed.inside
        return all(fit(address, inside) for address in found)

    def _looked_up(self, deadline: float, where: Base | None = None) -> list[Address]:
        """Every address of the name, in a thread of its own: looking up has no time-out. Raises Away."""
        where = where or self.base
        literal = _literal(where.host)
        if literal is not None:
            return [literal]
        found: list[Address] = []

        def look() -> None:
            with contextlib.suppress(OSError, ValueError):
                rows = self.resolve(where.host, where.port, type=socket.SOCK_STREAM)
                found.extend(dict.fromkeys(ipaddress.ip_address(row[4][0].partition("%")[0]) for row in rows))

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(max(min(self.connect, deadline - time.monotonic()), 0))
        if thread.is_alive() or not found:
            raise Away("no_name")
        return found


class _Timed(io.RawIOBase):
    """A line whose every wait ends at the deadline: what http.client needs of a socket."""

    def __init__(self, line: socket.socket, deadline: float, read: float) -> None:
        self.line, self.deadline, self.longest_wait = line, deadline, read

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self.longest_wait)

    def sendall(self, data: bytes) -> None:
        """Send all of it, a piece at a time."""
        view = memoryview(data)
        while view:
            self.line.settimeout(self._left())
            view = view[self.line.send(view[: 256 * 1024]) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What reads the answer."""
        return io.BufferedReader(self)

    def close(self) -> None:
        """Nothing: whoever opened the line closes it, and http.client is confused by one that is closed."""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some bytes."""
        self.line.settimeout(self._left())
        return self.line.recv_into(buffer)


def taken(answer: Answer) -> None:
    """Nothing where the other side took it: 200 to 204, and 409, which says that it has this key already.

    Raises what the contract has for everything else.
    """
    status, after = answer.status, retry_after(answer.headers.get("retry-after", ""))
    code = f"http {status}"
    if 200 <= status <= 204 or status == 409:
        return
    if status in (429, 502, 503, 504) or status in (401, 403) or status < 400:
        raise Away(
            code, after
        )  # too much, nobody behind the door, or our own key: no other event fares better
    if status in (408, 425) or status >= 500:
        raise TryAgain(code, after)
    raise GiveUp(code)


def retry_after(value: str) -> float:
    """Seconds that a Retry-After asks for, as a number or a date; 0 where it is neither."""
    if re.fullmatch(r"\d{1,6}", value.strip()):
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    aware = then if then.tzinfo else then.replace(tzinfo=dt.UTC)
    return max((aware - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)


def _low(names: Collection[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)

"""One signed POST to an address that an administrator gave us: checked, bounded in time, never redirected.

The name is resolved once; what it resolves to is checked and is what we connect to, so a second answer of
the name server changes nothing. Signed after the Standard Webhooks norm. No Django here.
"""

import base64
import hashlib
import hmac
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore2

CONNECT_S = 5.0
WITHIN_S = 10.0
_SECRET_PREFIX = "whsec_"  # noqa: S105 - how the norm writes a secret, not one


class AddressRefusedError(OSError):
    """The name leads to where nothing of ours may be asked: this machine, or a private network."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or why there is none. Never a body."""

    status: int | None
    error: str = ""

    @property
    def is_success(self) -> bool:
        """Whether it has arrived: any 2xx."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own


def is_possible(url: str, *, private_allowed: bool) -> bool:
    """Whether an address may be kept at all: https, a host, no password; no private address by number."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    schemes = {"https", "http"} if private_allowed else {"https"}
    if parts.scheme not in schemes or not host or parts.username or parts.password or parts.fragment:
        return False
    return private_allowed or not _is_private_by_name(host)


def written(secret: bytes) -> str:
    """The secret as receivers' libraries take it."""
    return _SECRET_PREFIX + base64.b64encode(secret).decode()


def signature(secret: bytes, *, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: HMAC-SHA256 over id, time and the raw body."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def post(url: str, *, body: bytes, headers: dict[str, str], private_allowed: bool) -> Answer:
    """Send it, within WITHIN_S and without following anything. Never raises for what the other side does."""
    backend = _CheckedBackend(private_allowed=private_allowed, until=time.monotonic() + WITHIN_S)
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), CONNECT_S)
    try:
        with (
            httpcore2.ConnectionPool(network_backend=backend) as pool,
            pool.stream(
                "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": timeout}
            ) as response,
        ):
            return Answer(response.status)
    except AddressRefusedError:
        return Answer(None, "address refused")
    except (httpcore2.TimeoutException, TimeoutError):
        return Answer(None, "no answer in time")
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError) as error:
        return Answer(None, type(error).__name__)


def checked_address(host: str, port: int, *, private_allowed: bool) -> str:
    """The address of a name, where all that it leads to may be asked. Raises AddressRefusedError, OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not private_allowed and not all(is_public(address) for address in addresses):
        raise AddressRefusedError(host)
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, also one that is wrapped into another."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and (inner := _wrapped_in(ip)):  # noqa: PLR2004 - IP's own number
        return all(is_public(str(one)) for one in inner)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _wrapped_in(ip: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64."""
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]


def _is_private_by_name(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_public(host)
    except ValueError:
        return False


class _CheckedBackend(httpcore2.NetworkBackend):
    """Resolves, checks, and connects to what was checked; TLS still asks for the name."""

    def __init__(self, *, private_allowed: bool, until: float) -> None:
        self._private_allowed = private_allowed
        self._until = until
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """One connection, all of whose steps end at the deadline."""
        address = checked_address(host, port, private_allowed=self._private_allowed)
        stream = self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
        return _HurriedStream(stream, self._until)


class _HurriedStream(httpcore2.NetworkStream):
    """A stream that ends at a moment: a peer that sends a byte now and then does not hold us."""

    def __init__(self, stream: httpcore2.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As the stream."""
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the stream."""
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        """As the stream."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """As the stream; what is read through TLS hurries too."""
        inside = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _HurriedStream(inside, self._until)

    def get_extra_info(self, info: str) -> object:
        """As the stream."""
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left if timeout is None else min(left, timeout)

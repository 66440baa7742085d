"""The one way to an outside address.

A web address comes from a stranger (a card, a page, a visitor), and this machine stands in a private
network. So: http(s) only, public addresses only, and the address that was checked is the address that is
connected to, for every redirect anew; bounded in bytes (compressed and not), in time and in hops. Nothing
of the environment is used (no proxy, no netrc).
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madang.kernel.lazy import lazy

from .errors import BadInput, Forbidden, MadangError, Offline, TooLarge, Unreadable

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy("httpx")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port to IP addresses as text, best first. Raises OSError."""

KEPT = ("etag", "last-modified", "x-robots-tag")
MAX_HOPS = 5
MAX_URL = 4096
SECONDS = 20.0
_PORTS = frozenset((80, 443, *range(8000, 9000)))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")
_SPECIAL = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "3fff::/20"))
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# 127.1, 0x7f.1, 2130706433, 0177.0.0.1: some resolvers read these as IPv4 addresses
_NUMBERISH = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is the address after redirects; `charset` is what the server said, None if nothing."""

    url: str
    status: int
    media_type: str
    charset: str | None
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    """What a crawl needs of the headers, names in lower case: those of `KEPT`."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is the same for every hop."""

    max_bytes: int
    accept: str
    headers: dict[str, str]


async def resolve(host: str, port: int) -> Sequence[str]:
    """The system's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


class Fetcher:
    """The door. `allow_private` is for an owner's own settings (a model server at home), never for others'
    addresses.

    `transport` replaces the network in tests; it is given requests whose host is already an IP address.
    """

    def __init__(
        self,
        resolver: Resolver | None = None,
        allow_private: bool = False,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._resolve = resolver or resolve
        self._private = allow_private
        self._transport = transport
        self._tls: ssl.SSLContext | None = None

    async def get(
        self,
        url: str,
        max_bytes: int = 10_000_000,
        accept: str = "*/*",
        *,
        seconds: float = SECONDS,
        max_hops: int = MAX_HOPS,
        headers: Mapping[str, str] | None = None,
        stays: Callable[[str], bool] | None = None,
    ) -> Fetched:
        """Fetch `url`. Raises BadInput (no address), Forbidden (a private one), TooLarge, Unreadable (the
        server answers badly) or Offline (no answer), each with one sentence.

        `headers` are sent too (If-None-Match: an answer may then have status 304 and no body). Where `stays`
        says no to an address that is redirected to, nothing is asked of it: Forbidden.
        """
        try:
            async with asyncio.timeout(seconds):
                asked = _Asked(max_bytes, accept, dict(headers or {}))
                return await self._follow(url.strip(), asked, max_hops, stays)
        except TimeoutError:
            raise Offline("{host} did not answer in time.", host=_shown(url)) from None

    async def _follow(
        self, url: str, asked: _Asked, max_hops: int, stays: Callable[[str], bool] | None
    ) -> Fetched:
        for hop in range(max_hops + 1):
            if hop and stays is not None and not stays(url):
                raise Forbidden("The page redirects to another site, {host}.", host=_shown(url))
            target = _parse(url, self._private)
            addresses = await self._addresses(target)
            answer = await self._once(target, addresses, asked)
            if isinstance(answer, Fetched):
                return answer
            try:
                url = str(target.join(answer))
            except (httpx.InvalidURL, ValueError):
                raise Unreadable(
                    "{host} redirects to something that is no address.", host=target.host
                ) from None
        raise Unreadable("{host} redirects too often.", host=_shown(url))

    async def _addresses(self, target: httpx.URL) -> list[Address]:
        """The checked addresses of a host. One that is not public refuses them all: a mixed answer is an
        attack."""
        host, port = _host(target), _port(target)
        try:
            found: Sequence[str] = [str(ipaddress.ip_address(host))]
        except ValueError:
            try:
                found = await self._resolve(host, port)
            except (OSError, UnicodeError):
                raise Offline("{host} cannot be found.", host=host) from None
        if not found:
            raise Offline("{host} cannot be found.", host=host)
        addresses = []
        for text in found:
            try:
                address = ipaddress.ip_address(text)
            except ValueError:
                raise _refused(host) from None
            if not self._private and not is_public(address):
                raise _refused(host)
            addresses.append(address)
        return addresses[:3]

    async def _once(self, target: httpx.URL, addresses: list[Address], asked: _Asked) -> Fetched | str:
        """One hop: the answer, or where it redirects to. Tries the addresses in turn until one connects."""
        error: MadangError | None = None
        for address in addresses:
            pinned = target.copy_with(host=str(address), fragment=None)
            request = httpx.Request(
                "GET",
                pinned,
                headers={
                    **asked.headers,
                    "Host": target.netloc.decode("ascii"),
                    "Accept": asked.accept,
                    "Accept-Encoding": "gzip, deflate",
                    "User-Agent": "Madang/0.1",
                    "Connection": "close",
                },
                extensions={"sni_hostname": _host(target)},
            )
            try:
                return await self._send(request, target, asked.max_bytes)
            except (httpx.ConnectError, httpx.ConnectTimeout) as failed:
                sentence = (
                    "The certificate of {host} cannot be trusted."
                    if "CERTIFICATE" in str(failed).upper()
                    else "{host} cannot be reached."
                )
                error = Offline(sentence, host=target.host)
            except httpx.DecodingError:
                raise Unreadable("What {host} sent is damaged.", host=target.host) from None
            except httpx.TransportError:
                raise Offline("The connection to {host} was lost.", host=target.host) from None
        raise error or Offline("{host} cannot be reached.", host=target.host)

    async def _send(self, request: httpx.Request, target: httpx.URL, max_bytes: int) -> Fetched | str:
        transport = self._transport or httpx.AsyncHTTPTransport(verify=self._context(target), trust_env=False)
        async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=SECONDS) as client:
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                where = response.headers.get("location")
                if response.status_code in _REDIRECTS and where:
                    return str(where)[:MAX_URL]
                if response.status_code >= 400 or response.status_code < 200:
                    raise Unreadable(
                        "{host} answered with error {status}.", host=target.host, status=response.status_code
                    )
                body = await _body(response, target, max_bytes)
            finally:
                await response.aclose()
        return Fetched(
            url=str(target.copy_with(fragment=None)),
            status=response.status_code,
            media_type=response.headers.get("content-type", "").partition(";")[0].strip().lower()[:100],
            charset=response.charset_encoding,
            body=body,
            headers={name: response.headers[name][:500] for name in KEPT if name in response.headers},
        )

    def _context(self, target: httpx.URL) -> ssl.SSLContext | bool:
        if target.scheme != "https":
            return False
        self._tls = self._tls or httpx.create_ssl_context(trust_env=False)
        return self._tls


async def _body(response: httpx.Response, target: httpx.URL, max_bytes: int) -> bytes:
    """The body, decompressed. Both what comes over the wire and what it unpacks to are bounded."""
    too_large = TooLarge(
        "The page at {host} is larger than {limit} MB.", host=target.host, limit=f"{max_bytes / 1e6:.3g}"
    )
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) > max_bytes:
        raise too_large
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    unpack = _unpackers().get(encoding)
    if unpack is None:  # several encodings on top of each other are how a small answer unpacks without end
        raise Unreadable("What {host} sent is packed in a way that is not read.", host=target.host)
    body = bytearray()
    received = 0
    try:
        async for part in response.aiter_raw():
            received += len(part)
            body += unpack(part, max_bytes + 1 - len(body))
            if len(body) > max_bytes or received > max_bytes:
                raise too_large
    except zlib.error:
        raise Unreadable("What {host} sent is damaged.", host=target.host) from None
    return bytes(body)


def _unpackers() -> dict[str, Callable[[bytes, int], bytes]]:
    """Fresh decoders by content encoding: each takes a piece and the most bytes it may give."""
    either = zlib.decompressobj(wbits=47)  # gzip or zlib, by their first bytes
    return {
        "identity": lambda part, _most: part,
        "": lambda part, _most: part,
        "gzip": either.decompress,
        "x-gzip": either.decompress,
        "deflate": either.decompress,
    }


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet, also when it wraps an IPv4 address that is not."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        inner = _inside(address)
        if inner is not None:
            return is_public(inner)
        if address in _NAT64[1] or address in _COMPATIBLE or address in _TRANSLATED:
            return False
        if not address.is_global or address not in ipaddress.IPv6Network("2000::/3"):
            return False
    # what older Pythons call global though it is not
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64[0]:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _parse(url: str, private: bool) -> httpx.URL:
    bad = BadInput("“{url}” is not a web address.", url=url[:80])
    if not url or len(url) > MAX_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise bad
    try:
        target = httpx.URL(url)
        host, port = _host(target), _port(target)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise bad from None
    if target.scheme not in ("http", "https") or not host:
        raise bad
    if not 0 < port < 65536:
        raise bad
    if target.userinfo:
        raise BadInput("A web address with a name or password in it is not fetched.")
    if port not in _PORTS and not private:
        raise Forbidden("Port {port} is not a web server's; the address is not fetched.", port=port)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.rstrip(".").split(".")
        if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
            raise bad from None
        if _NUMBERISH.fullmatch(labels[-1]):  # an IPv4 address in disguise
            raise _refused(host) from None
        if not private and labels[-1] in ("localhost", "local", "internal", "lan", "home"):
            raise _refused(host) from None
        if not private and len(labels) == 1:  # "solgaehouse": nobody's address outside of a house
            raise bad from None
    return target


def _host(target: httpx.URL) -> str:
    return target.raw_host.decode("ascii").lower().strip("[]")


def _port(target: httpx.URL) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _refused(host: str) -> Forbidden:
    return Forbidden(
        "{host} is not a public address; it is not fetched. Add what it holds as files or as text.",
        host=host[:100],
    )


def _shown(url: str) -> str:
    try:
        return httpx.URL(url).host[:100] or url[:80]
    except (httpx.InvalidURL, ValueError):
        return url[:80]

"""Where a model server may be.

The owner names it, so it may stand at home: on this machine, or in a private network. Nowhere may it be an
address that no model server has and that gives secrets away to whoever asks: link-local addresses (the
metadata of cloud machines), multicast, what is reserved.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from madang.kernel.errors import BadInput, Forbidden
from madang.kernel.fetch import is_public

_METADATA = frozenset(map(ipaddress.ip_address, ("169.254.169.254", "100.100.100.200", "fd00:ec2::254")))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def checked_url(url: str) -> str:
    """The base URL without a closing slash. Raises BadInput for what is not http(s) with a host, and
    Forbidden for an address where no model server may be."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or not character.isprintable() for character in url.strip()):
        raise BadInput("The address of a model server begins with http:// or https:// and names a host.")
    if parts.username or parts.password:
        raise BadInput("Give the key of a model server as its own setting, not inside the address.")
    if parts.hostname and not _literal_may_serve(parts.hostname):
        raise refused(parts.hostname)
    return url.strip().rstrip("/")


def may_serve(text: str) -> bool:
    """Whether a model server of the owner's may be at this IP address."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return may_serve(str(inner))
    if address.version == 4 and address.is_reserved:
        return False
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_loopback or address.is_private or is_public(address) or _shared(address)


def _shared(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """100.64.0.0/10: neither private nor public; networks between one's own machines use it."""
    return address.version == 4 and address in ipaddress.IPv4Network("100.64.0.0/10")


def _literal_may_serve(host: str) -> bool:
    try:
        return may_serve(host)
    except ValueError:
        return True  # a name: it is looked up, and checked, when it is connected to


def refused(host: str) -> Forbidden:
    """What is said of an address where no model server may be."""
    return Forbidden("No model server may be at {host}.", host=host[:100])

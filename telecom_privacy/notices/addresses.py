"""Where a webhook may lead: to the public internet, never into the operator's own network.

Names are resolved once, every address is checked, and the connection goes to a checked address:
a name that later points elsewhere changes nothing.
"""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

_VISIBLE = re.compile(r"[\x21-\x7e]+")
_LONGEST = 2000
_PORTS = {"https": 443, "http": 80}

_UNICAST = ip_network("2000::/3")
_TRANSLATED = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_REFUSED = (
    ip_network("2002::/16"),  # 6to4: leads to the IPv4 address in it
    ip_network("192.88.99.0/24"),  # 6to4 relays
    ip_network("192.0.0.0/24"),  # for protocols, even where one address counts as global
    ip_network("3fff::/20"),  # documentation, RFC 9637: not known to Python as such
    ip_network("168.63.129.16/32"),  # metadata of a cloud, at a public address
)


class Refused(Exception):
    """The address is none that a webhook may lead to."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A receiver, as its URL names it."""

    is_secure: bool
    host: str
    port: int
    path: str


def endpoint_of(url: str, private: bool) -> Endpoint:
    """Read a webhook's URL. Raises `ValueError`, whose text is for who sent it.

    `private` allows plain HTTP and addresses that are not public.
    """
    if len(url) > _LONGEST or not _VISIBLE.fullmatch(url):
        raise ValueError(f"At most {_LONGEST} visible ASCII characters.")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise ValueError("Must begin with https://.")
    if not parts.hostname or parts.username is not None or parts.fragment:
        raise ValueError("Must name a host, no user, no fragment.")
    _require_public_literal(parts.hostname, private)
    return _endpoint(parts, parts.hostname)


def _endpoint(parts: SplitResult, host: str) -> Endpoint:
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(parts.scheme == "https", host, port, path)


def _require_public_literal(host: str, private: bool) -> None:
    """A host that is an address is refused at once; a name is looked up when it is used."""
    try:
        is_allowed = private or is_public(host)
    except ValueError:
        return
    if not is_allowed:
        raise ValueError("Must not lead to a private, local or reserved address.")


def resolved(endpoint: Endpoint, private: bool) -> list[str]:
    """The addresses of a receiver. Raises `Refused` if one is not allowed, and `OSError`."""
    found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    if not private and not all(map(is_public, addresses)):
        raise Refused
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet. Raises `ValueError` for anything else.

    Not private, loopback, link-local (where clouds have their metadata), multicast or reserved,
    nor an IPv6 address by which such a one is reached.
    """
    return all(map(_is_public, _meant(ip_address(address))))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if any(address in network for network in _REFUSED):
        return False
    is_unicast = address.version == 4 or address in _UNICAST
    return is_unicast and address.is_global and not address.is_multicast


def _meant(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The address, or the IPv4 address that it stands for."""
    if isinstance(address, IPv6Address) and address in _TRANSLATED:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    elif isinstance(address, IPv6Address) and address.ipv4_mapped:
        yield address.ipv4_mapped
    else:
        yield address

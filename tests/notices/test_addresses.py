"""A webhook leads to the public internet only, whatever its name resolves to."""

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.notices.addresses import (
    Endpoint,
    Refused,
    endpoint_of,
    is_public,
    resolved,
)

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
REFUSED = [
    "0.0.0.0",  # noqa: S104 -- an address that is refused
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2001:db8::1",
    "2001:0:1::1",
    "2002:7f00:1::",
    "3fff::1",
    "3fff:fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
BAD = [
    "http://portal.example/hook",
    "ftp://portal.example/hook",
    "https://user@portal.example/",
    "https://user:word@portal.example/",
    "https:///hook",
    "https://portal.example/#part",
    "https://portal.example/a b",
    "https://portal.example/\r\nX-Header: 1",
    "https://portal.example:99999/",
    "https://portal.example/é",
    "https://" + "a" * 2000,
    "portal.example/hook",
    "",
]
PORTAL = Endpoint(True, "portal.example", 443, "/")


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_public_internet_are_allowed(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", REFUSED)
def test_all_other_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="169.254.0.0/16"))
def test_a_private_address_is_refused_in_every_form_that_reaches_it(address: Any) -> None:
    number = int(address)
    for written in (f"{address}", f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"):
        assert not is_public(written)
    assert not is_public(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")


@pytest.mark.parametrize("url", BAD)
def test_a_url_that_may_not_be_called_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        endpoint_of(url, private=False)


@pytest.mark.parametrize("address", [address for address in REFUSED if "%" not in address])
def test_a_url_that_names_such_an_address_is_refused_unless_that_is_allowed(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(ValueError, match="private"):
        endpoint_of(f"https://{host}/", private=False)
    assert endpoint_of(f"http://{host}:8080/hook", private=True).port == 8080


def test_a_url_is_read_into_its_parts() -> None:
    read = endpoint_of("https://Portal.example:8443/hook?a=1", private=False)
    assert read == Endpoint(True, "portal.example", 8443, "/hook?a=1")
    assert endpoint_of("https://portal.example", private=False) == PORTAL


def test_a_name_is_refused_if_one_of_its_addresses_is_private(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for addresses, is_allowed in (
        (["8.8.8.8"], True),
        (["8.8.8.8", "10.0.0.1"], False),
        (["8.8.8.8", "::1"], False),
    ):
        _resolve_to(monkeypatch, addresses)
        if is_allowed:
            assert resolved(PORTAL, private=False) == addresses
        else:
            assert resolved(PORTAL, private=True) == addresses
            with pytest.raises(Refused):
                resolved(PORTAL, private=False)


def _resolve_to(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    """No name server of the machine is asked: what it would say cannot be chosen."""

    def found(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)

"""No wait of a connection is without end."""

import socket
from collections.abc import Iterator

import pytest

from telecom_privacy import connection
from telecom_privacy.connection import PatientSocket


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PatientSocket, socket.socket]]:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 0.1)
    near, far = socket.socketpair()
    with PatientSocket(fileno=near.detach()) as patient, far:
        patient.setblocking(True)
        yield patient, far


def test_who_sends_nothing_has_left(pair: tuple[PatientSocket, socket.socket]) -> None:
    with pytest.raises(ConnectionResetError):
        pair[0].recv(1)


def test_who_takes_nothing_has_left(pair: tuple[PatientSocket, socket.socket]) -> None:
    with pytest.raises(ConnectionResetError):
        pair[0].sendall(bytes(16 * 1024 * 1024))


def test_all_receiving_together_has_an_end_though_something_comes(
    pair: tuple[PatientSocket, socket.socket],
) -> None:
    patient, far = pair
    far.sendall(b"abc")
    patient.expire_in(0.05)
    assert patient.recv(1) == b"a"
    patient.expire_in(0)
    with pytest.raises(ConnectionResetError):
        patient.recv(1)
    patient.expire_in(None)
    assert patient.recv(1) == b"b"


def test_what_was_still_coming_is_read_before_it_is_closed(
    pair: tuple[PatientSocket, socket.socket],
) -> None:
    patient, far = pair
    patient.sendall(b"answer")
    far.sendall(bytes(1000))
    far.shutdown(socket.SHUT_WR)
    patient.linger()
    assert patient.fileno() == -1
    assert far.recv(100) == b"answer"
    assert far.recv(100) == b""


def test_a_closed_one_is_left_alone(pair: tuple[PatientSocket, socket.socket]) -> None:
    pair[0].close()
    pair[0].linger()
    pair[0].setblocking(True)

"""Sending: to a checked address, with the receiver's name in TLS, in bounded time."""

import socket
from pathlib import Path
from threading import Event, Thread

import pytest

from telecom_privacy.notices import sending
from telecom_privacy.notices.sending import Answer, Failed, Sender
from tests.notices.receiver import Receiver, certificate_for, receiving

BODY = b'{"type":"test"}'


def test_what_is_sent_arrives_with_its_headers(receiver: Receiver) -> None:
    assert Sender(private=True).post(receiver.url, {"webhook-id": "msg_1"}, BODY) == Answer(204)
    [(headers, body)] = receiver.received
    assert (headers["webhook-id"], body) == ("msg_1", BODY)
    assert headers["Host"] == receiver.url.split("/")[2]


def test_nothing_is_sent_to_this_machine_unless_that_is_allowed(receiver: Receiver) -> None:
    for url in (receiver.url, receiver.url.replace("http:", "https:")):
        with pytest.raises(Failed, match="address-not-allowed"):
            Sender(private=False).post(url, {}, BODY)
    with pytest.raises(Failed, match="address-not-allowed"):
        Sender(private=False).post("https://localhost/", {}, BODY)
    assert receiver.received == []


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answer = lambda _: (302, {"Location": receiver.url})
    assert Sender(private=True).post(receiver.url, {}, BODY).status == 302
    assert len(receiver.received) == 1


def test_how_long_a_receiver_wants_to_be_left_alone_is_read(receiver: Receiver) -> None:
    for wish, read in (("120", 120), ("soon", None), ("-1", None)):
        receiver.answer = lambda _, wish=wish: (503, {"Retry-After": wish})
        assert Sender(private=True).post(receiver.url, {}, BODY) == Answer(503, read)


def test_the_certificate_must_be_of_the_name_in_the_url(tmp_path: Path) -> None:
    server, trusting = certificate_for("localhost", tmp_path)
    with receiving(server) as receiver:
        sender = Sender(private=True, tls=trusting)
        assert sender.post(receiver.url, {}, BODY) == Answer(204)
        with pytest.raises(Failed, match="tls"):
            sender.post(receiver.url.replace("localhost", "127.0.0.1"), {}, BODY)
        with pytest.raises(Failed, match="tls"):
            Sender(private=True).post(receiver.url, {}, BODY)
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", "connection"),
        (b"220 mail.example ESMTP\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: " + b"x" * 100_000, "protocol"),
    ],
)
def test_a_receiver_that_does_not_speak_http_is_a_failure(said: bytes, reason: str) -> None:
    with _Saying(said) as url, pytest.raises(Failed, match=reason):
        Sender(private=True).post(url, {}, BODY)


def test_a_receiver_that_drips_bytes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_TOTAL_SECONDS", 0.3)
    with _Saying(b"HTTP/1.1 200 OK\r\n", drips=True) as url, pytest.raises(Failed, match="timeout"):
        Sender(private=True).post(url, {}, BODY)


def test_a_name_that_is_not_resolved_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = Event()
    monkeypatch.setattr(sending, "_TOTAL_SECONDS", 0.3)
    monkeypatch.setattr(sending, "resolved", lambda *_: [str(answered.wait(60))])
    with pytest.raises(Failed, match="timeout"):
        Sender(private=True).post("http://portal.example/", {}, BODY)
    assert not answered.is_set()
    answered.set()


def test_of_the_addresses_of_a_receiver_two_are_tried(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = ["127.0.0.3", "127.0.0.2", "127.0.0.1"]
    monkeypatch.setattr(sending, "resolved", lambda *_: addresses)
    with pytest.raises(Failed, match="connection"):
        Sender(private=True).post(receiver.url, {}, BODY)
    addresses.pop(0)
    assert Sender(private=True).post(receiver.url, {}, BODY) == Answer(204)


def test_where_nobody_listens_the_connection_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Failed, match="connection"):
        Sender(private=True).post(f"http://127.0.0.1:{port}/", {}, BODY)


class _Saying:
    """A listener that says the same to everybody; one that drips never ends."""

    def __init__(self, said: bytes, drips: bool = False) -> None:
        self._said, self._drips = said, drips
        self._server = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        Thread(target=self._talk, daemon=True).start()
        return f"http://127.0.0.1:{self._server.getsockname()[1]}/"

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def _talk(self) -> None:
        connection, _ = self._server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(self._said)
            connection.settimeout(0.05)
            while self._drips:
                try:
                    connection.sendall(b"A: 1\r\n")
                    self._drips = connection.recv(1) != b""
                except TimeoutError:
                    continue
                except OSError:
                    return

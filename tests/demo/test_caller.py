"""The demo's HTTP caller, against a server that answers what it is told to."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from telecom_privacy.demo.caller import Caller
from telecom_privacy.demo.errors import ClaimFailed
from telecom_privacy.demo.process import free_port


class Echo(BaseHTTPRequestHandler):
    """Answers `/201` with 201, and what it was sent."""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = b'{"type": "%s", "body": "%s", "key": "%s"}' % (
            self.headers["Content-Type"].encode(),
            body,
            self.headers["Authorization"].encode(),
        )
        self.send_response(int(self.path[1:]))
        self.end_headers()
        self.wfile.write(answer)

    def log_request(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def caller() -> Iterator[Caller]:
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Caller("127.0.0.1", server.server_port, "secret")
        server.shutdown()
        thread.join()


def test_it_sends_the_body_its_media_type_and_the_key(caller: Caller) -> None:
    answer = caller.put("/201", b"audio", "audio/wav")
    assert answer == {"type": "audio/wav", "body": "audio", "key": "Bearer secret"}


def test_another_status_than_expected_is_a_failed_claim_that_names_the_request(
    caller: Caller,
) -> None:
    with pytest.raises(ClaimFailed, match=r"^PUT /503 was answered 503$"):
        caller.put("/503", b"", "audio/wav")


def test_a_service_that_is_away_is_a_failed_claim() -> None:
    with pytest.raises(ClaimFailed, match=r"^the service does not answer$"):
        Caller("127.0.0.1", free_port()).get("/readyz")

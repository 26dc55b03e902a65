"""A time stamp authority for tests: OpenSSL behind a small HTTP server on this machine."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.programs import program

_CONFIGURATION = """
[tsa]
default_tsa = local
[local]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
_CA = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650"
_KEY = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"


@dataclass
class Authority:
    """`root`: its certificate authority, PEM; `answer` gives status, media type and body."""

    folder: Path
    root: bytes = b""
    url: str = ""
    answer: Callable[[bytes], tuple[int, str, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        self.answer = lambda request: (200, "application/timestamp-reply", self.stamp(request))

    def stamp(self, request: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(request)
        self.run("ts -reply -config tsa.cnf -queryfile request.tsq -out reply.tsr")
        return (self.folder / "reply.tsr").read_bytes()

    def run(self, command: str) -> None:
        subprocess.run(
            [program("openssl"), *command.split()], cwd=self.folder, capture_output=True, check=True
        )


@contextmanager
def serving(folder: Path) -> Iterator[Authority]:
    authority = Authority(folder)
    _make_keys(authority)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(authority))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/stamps?policy=1"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _make_keys(authority: Authority) -> None:
    folder = authority.folder
    (folder / "tsa.cnf").write_text(_CONFIGURATION)
    (folder / "extensions").write_text(
        "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
    )
    authority.run(f"{_CA} -keyout ca.key -out ca.pem -subj /CN=authority")
    authority.run(f"{_KEY} -keyout tsa.key -out tsa.csr -subj /CN=stamps")
    authority.run(
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out tsa.pem"
        " -days 3650 -extfile extensions"
    )
    authority.root = (folder / "ca.pem").read_bytes()


def _handler(authority: Authority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/stamps?policy=1"
            assert self.headers["Content-Type"] == "application/timestamp-query"
            request = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, body = authority.answer(request)
            with suppress(OSError):  # the client may have given up
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
            pass

    return Handler

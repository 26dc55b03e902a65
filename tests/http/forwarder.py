"""A database that can be away: a forwarder of TCP connections that a test cuts and restores."""

import socket
import threading
from contextlib import suppress
from dataclasses import replace

from pymongo.uri_parser_shared import split_hosts

from telecom_privacy.settings import Settings

Address = tuple[str, int]


class Forwarder:
    """Forwards connections to `target`. While it is cut, its port refuses them."""

    def __init__(self, target: Address) -> None:
        self._target = target
        self._port = 0
        self._open: list[socket.socket] = []
        self.restore()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def restore(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self._port))
        self._port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def cut(self) -> None:
        for one in (self._server, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                ours, _ = server.accept()
                theirs = socket.create_connection(self._target)
                self._open += [ours, theirs]
                for one, other in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=_copy, args=(one, other), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def target_of(settings: Settings) -> Address:
    host, port = split_hosts((settings.mongodb_uri or "").split("/")[2].rpartition("@")[2])[0]
    return host, port or 27017


def through(settings: Settings, forwarder: Forwarder) -> Settings:
    """The settings of a service that reaches its databases through a forwarder."""
    uri = f"mongodb://{forwarder.address}/?directConnection=true&retryWrites=false"
    return replace(settings, mongodb_uri=uri, keystore_uri=uri, audit_uri=uri)

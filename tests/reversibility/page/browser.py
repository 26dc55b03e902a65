"""A real browser, told what to do over its DevTools protocol, by pipes."""

import fcntl
import json
import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 60
_ABOVE_ITS_OWN = 10
# As root it has no sandbox; the page is our own, and there is no network to be asked.
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class Browser:
    """One page of a browser that reads commands from `written` and answers on `read`."""

    def __init__(self, written: int, read: int) -> None:
        self._written = written
        self._read = read
        self._buffer = b""
        self._number = 0
        self._session: dict[str, Any] = {}

    def visit(self, url: str) -> None:
        """Open a page of its own for `url`, without waiting for it."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        session = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": session["sessionId"]}
        self._call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """Return what a script yields, once its promise is kept."""
        how = {"awaitPromise": True, "returnByValue": True}
        answer = self._call("Runtime.evaluate", expression=expression, **how)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not self.evaluate(expression):
            assert time.monotonic() < until, expression
            time.sleep(0.05)

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        call = {"id": self._number, "method": method, "params": parameters, **self._session}
        os.write(self._written, json.dumps(call).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._read], [], [], _PATIENCE_SECONDS)[0], "no answer"
            received = os.read(self._read, 1 << 16)
            assert received, "the browser is gone"
            self._buffer += received
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def browser(program: str, profile: Path) -> Iterator[Browser]:
    """Start a browser, which listens on its file descriptor 3 and answers on 4; end it after."""
    ends = [_high(end) for pipe in (os.pipe(), os.pipe()) for end in pipe]
    commands, written, read, answers = ends
    nowhere = [(os.POSIX_SPAWN_OPEN, out, os.devnull, os.O_WRONLY, 0) for out in (1, 2)]
    pipes = [(os.POSIX_SPAWN_DUP2, commands, 3), (os.POSIX_SPAWN_DUP2, answers, 4)]
    process = os.posix_spawn(
        program,
        [program, *_OPTIONS, f"--user-data-dir={profile}"],
        os.environ,
        file_actions=[*nowhere, *pipes],
    )
    try:
        os.close(commands)
        os.close(answers)
        yield Browser(written, read)
    finally:
        os.close(written)
        os.close(read)
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def _high(end: int) -> int:
    """Move a file descriptor out of the way of those that the browser is to have."""
    moved = fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ITS_OWN)
    os.close(end)
    return moved

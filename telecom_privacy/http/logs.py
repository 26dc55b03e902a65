"""Structured logs without personal data: one JSON object a line on standard error.

Paths, queries, headers and messages of foreign errors may hold names, numbers and external ids, so
none of them is ever written: a request is logged by its route's pattern.
"""

import json
import logging
import sys
import time
import traceback
from datetime import UTC, datetime
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request

from telecom_privacy.clock import to_text

_requests = logging.getLogger("telecom_privacy.requests")


class JsonFormatter(logging.Formatter):
    """Formats a record of our own with its `fields`, and of a foreign error only its type."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": to_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if has_request_context():
            line["request_id"] = g.get("request_id")
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line |= {
                "error": record.exc_info[0].__name__ if record.exc_info[0] else None,
                "frames": error_frames(record.exc_info[1]),
            }
        return json.dumps(line, default=str)


def configure_logging(level: str) -> None:
    """Send everything that this process logs to standard error, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("pymongo").setLevel(logging.ERROR)


def error_frames(error: BaseException) -> list[str]:
    """Where an error came from, innermost last: file, line and function, and no values."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def register_request_log(app: Flask) -> None:
    """Give each request an id, answer with it, and log one line at its end."""

    @app.before_request
    def begin() -> None:
        g.request_id = str(uuid4())
        g.began = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        _requests.info(
            "request",
            extra={
                "fields": {
                    "method": request.method,
                    "route": request.url_rule.rule if request.url_rule else None,
                    "status": response.status_code,
                    "milliseconds": round((time.monotonic() - g.began) * 1000, 1),
                    "actor": access.actor if (access := g.get("access")) else None,
                }
            },
        )
        return response

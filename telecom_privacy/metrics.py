"""Figures for Prometheus, without personal data: routes by their pattern, never by their path.

Anybody may read them. A route that only the operator's own staff may use is therefore left out:
that it is used at all would tell of a requisition, a secret hold or a breach as it happens. The log
of requests, which stays inside, has those too. The size of the audit log, to which every step of
anything adds, is shown in full thousands.

Under gunicorn all workers share `PROMETHEUS_MULTIPROC_DIR` (set by `serving.prepare`), so that any
of them answers for all.
"""

import os
import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from telecom_privacy.errors import Unavailable
from telecom_privacy.http.access import ApiRole
from telecom_privacy.http.endpoint import declaration_of, public_endpoint
from telecom_privacy.settings import METRICS_DIRECTORY
from telecom_privacy.storage.mongo import waiting_at_most

_PREFIX = "telecom_privacy"
_WAIT_SECONDS = 0.5
_SHOWN_BY = 1_000
_OUTSIDE = frozenset({ApiRole.CLIENT, ApiRole.PLATFORM})


def register_metrics(
    app: Flask, log_size: Callable[[], int], is_erasing_paused: Callable[[], bool]
) -> None:
    """Count and time requests, but those of the operator's staff, and serve `/metrics`.

    `log_size` tells the audit log's size, `is_erasing_paused` whether a clock is not trusted.
    """
    registry = CollectorRegistry()
    requests = Counter(
        f"{_PREFIX}_requests", "Answered requests", ("method", "route", "status"), registry=registry
    )
    seconds = Histogram(
        f"{_PREFIX}_request_seconds", "Time to the answer's head", ("route",), registry=registry
    )

    @app.before_request
    def begin() -> None:
        g.metrics_began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if _is_of_staff(request.endpoint):
            return response
        route = request.url_rule.rule if request.url_rule else "unknown"
        requests.labels(request.method, route, response.status_code).inc()
        seconds.labels(route).observe(time.perf_counter() - g.metrics_began)
        return response

    app.register_blueprint(_blueprint(registry, _Gauges(log_size, is_erasing_paused)))


def _is_of_staff(named: str | None) -> bool:
    """Whether nobody outside may use a route: no client, no telephony platform, not everybody."""
    declared = declaration_of(current_app.view_functions[named]) if named else None
    return bool(declared and declared.roles and not declared.roles & _OUTSIDE)


def _blueprint(registry: CollectorRegistry, figures: Collector) -> Blueprint:
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    @public_endpoint(answers={200: None}, produces="text/plain")
    def metrics() -> Response:
        """Show figures for Prometheus, of all workers together."""
        gauges = CollectorRegistry()
        gauges.register(figures)
        text = generate_latest(_of_all_workers(registry)) + generate_latest(gauges)
        return Response(text, content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _of_all_workers(own: CollectorRegistry) -> CollectorRegistry:
    if METRICS_DIRECTORY not in os.environ:
        return own
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # it comes half typed
    return shared


class _Gauges(Collector):
    """What is read from the database at the time of asking; left out while that is away."""

    def __init__(self, log_size: Callable[[], int], is_erasing_paused: Callable[[], bool]) -> None:
        self._log_size = log_size
        self._is_erasing_paused = is_erasing_paused

    def collect(self) -> Iterator[Metric]:
        try:
            with waiting_at_most(_WAIT_SECONDS):
                size, is_paused = self._log_size(), self._is_erasing_paused()
        except Unavailable:
            return
        shown = size - size % _SHOWN_BY
        yield _gauge("audit_log_entries", "Entries of the audit log, in full thousands", shown)
        yield _gauge("erasing_paused", "1 while a clock is not trusted with erasing", is_paused)


def _gauge(name: str, text: str, value: int) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", text, value=value)

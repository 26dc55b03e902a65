"""Figures are shown although the database is away."""

from collections.abc import Callable

from flask import Flask

from telecom_privacy.metrics import register_metrics
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import connect

GAUGE = "telecom_privacy_audit_log_entries"


def test_the_size_of_the_log_is_shown_without_telling_of_single_steps() -> None:
    assert f"{GAUGE} 7000.0" in _metrics(lambda: 7_999)


def test_a_log_that_is_away_takes_no_other_figure_with_it() -> None:
    uri = "mongodb://127.0.0.1:1"
    databases = connect(Settings(mongodb_uri=uri, keystore_uri=uri, audit_uri=uri))

    def size() -> int:
        databases.ping()
        return 7

    shown = _metrics(size)
    assert "telecom_privacy_requests_total" in shown
    assert GAUGE not in shown
    databases.close()


def _metrics(log_size: Callable[[], int]) -> str:
    app = Flask("figures")
    register_metrics(app, log_size, lambda: False)
    client = app.test_client()
    client.get("/metrics")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return answer.text

"""The Flask application: blueprints, errors, logs, health."""

from collections.abc import Iterable
from http import HTTPMethod
from importlib.metadata import version
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask, Response

from telecom_privacy.accounts.routes import blueprint as accounts
from telecom_privacy.activities.routes import blueprint as activities
from telecom_privacy.audit.routes import blueprint as audit
from telecom_privacy.bootstrap import Services
from telecom_privacy.breaches.routes import blueprint as breaches
from telecom_privacy.calls.routes import blueprint as calls
from telecom_privacy.clients.routes import blueprint as clients
from telecom_privacy.dashboard.routes import blueprint as dashboard
from telecom_privacy.disclosure.answer_routes import blueprint as requisition_answers
from telecom_privacy.disclosure.paper_routes import blueprint as requisition_papers
from telecom_privacy.disclosure.routes import blueprint as requisitions
from telecom_privacy.health import health_blueprint
from telecom_privacy.holds.routes import blueprint as holds
from telecom_privacy.http.endpoint import Guard, register_guard
from telecom_privacy.http.logs import register_request_log
from telecom_privacy.http.openapi import blueprint as openapi
from telecom_privacy.http.overload import register_overload
from telecom_privacy.http.problems import log_error, register_problems
from telecom_privacy.http.services import register_services
from telecom_privacy.legal_bases.routes import blueprint as legal_bases
from telecom_privacy.metrics import register_metrics
from telecom_privacy.notices.routes import blueprint as notices
from telecom_privacy.persons.routes import blueprint as persons
from telecom_privacy.recipients.routes import blueprint as recipients
from telecom_privacy.recordings.routes import blueprint as recordings
from telecom_privacy.records.routes import blueprint as records
from telecom_privacy.retention.routes import blueprint as retention
from telecom_privacy.reversibility.routes import blueprint as exports
from telecom_privacy.rights.routes import blueprint as rights
from telecom_privacy.statistics.routes import blueprint as statistics
from telecom_privacy.traffic.routes import blueprint as traffic
from telecom_privacy.transparency.routes import blueprint as transparency

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)
BLUEPRINTS = (
    accounts,
    activities,
    audit,
    breaches,
    calls,
    clients,
    dashboard,
    exports,
    holds,
    legal_bases,
    notices,
    openapi,
    persons,
    recipients,
    recordings,
    records,
    requisition_papers,
    requisition_answers,
    requisitions,
    retention,
    rights,
    statistics,
    traffic,
    transparency,
)


class Application(Flask):
    """Flask, kept from writing what a request holds into the log and the figures."""

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        # A method may be any word, such as a number: both log and figures name it.
        if environ["REQUEST_METHOD"] not in HTTPMethod.__members__:
            environ["REQUEST_METHOD"] = "OTHER"
        return super().wsgi_app(environ, start_response)

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        # Flask's own line quotes the path.
        if exc_info[1]:
            log_error(exc_info[1])


def create_app(services: Services) -> Flask:
    """Build the application on services whose threads the caller starts and stops."""
    app = Application("telecom_privacy", static_folder=None)
    app.config["VERSION"] = version("telecom-privacy")
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # an empty part of a path is no other path
    app.json.sort_keys = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
    register_guard(app, Guard(services.accounts, services.refusal_log))
    register_services(app, services.all)
    register_problems(app)
    register_request_log(app)
    register_metrics(app, services.audit.size, services.guard.is_erasing_paused)
    register_overload(app)  # after what logs and counts requests: refusals are, too
    for blueprint in (*BLUEPRINTS, health_blueprint(services.check_ready)):
        app.register_blueprint(blueprint)
    app.after_request(_forbid_caching)
    return app


def _forbid_caching(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response

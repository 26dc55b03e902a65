"""Is it alive, is it ready."""

from collections.abc import Callable

from flask import Blueprint
from marshmallow import Schema, fields

from telecom_privacy.http.endpoint import public_endpoint


class HealthSchema(Schema):
    status = fields.String()


def health_blueprint(check_ready: Callable[[], None]) -> Blueprint:
    """Routes that ask nothing of the caller; `check_ready` raises `Unavailable`."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    @public_endpoint(answers={200: HealthSchema})
    def alive() -> dict[str, str]:
        """Tell that the process answers."""
        return {"status": "alive"}

    @blueprint.get("/readyz")
    @public_endpoint(answers={200: HealthSchema})
    def ready() -> dict[str, str]:
        """Tell whether databases, keystore and key provider answer."""
        check_ready()
        return {"status": "ready"}

    return blueprint

"""What the client may know of itself: who it is, its contract and what was agreed, with dates."""

from datetime import date, datetime
from typing import Any

from telecom_privacy.clients.history import agreed_at, history_document
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import to_text
from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.window import Window


def client_json(client: Client, window: Window | None, as_of: datetime) -> dict[str, Any]:
    """The client as `GET /v1/clients/{client}` shows it, and how that came about."""
    history = client.history
    shown = {
        **client.details,
        **agreed_at(history, as_of),
        "contract": {
            "started_on": client.started_on,
            "ended_on": history.contract_ended_on,
            "closes_on": window and window.closes_on,
            "closes_at": window and window.closes_at,
            "keep_account": history.keep_account,
        },
        "created_at": client.created_at,
        "history": history_document(history),
    }
    found: dict[str, Any] = _plain(shown)
    return found


def least_client_json(client: Client) -> dict[str, Any]:
    """Who the client is, for a package about one person."""
    return {"id": client.external_id, "name": client.details["name"]}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Duration) else value

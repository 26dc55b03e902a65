"""Sets the stage: the clients, their licences, and a key for everybody who will call."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from telecom_privacy.demo.caller import Caller
from telecom_privacy.demo.day import CLIENTS, DemoClient
from telecom_privacy.demo.process import Command
from telecom_privacy.demo.show import Screen

_STARTED_ON = date(2025, 1, 1)
_ANNOUNCEMENT = {"documented_on": "2025-01-01", "text": "Cet appel est enregistré."}


@dataclass(frozen=True, slots=True)
class Stage:
    """Everybody who calls the service; `clients` by client id."""

    screen: Screen
    command: Command
    nobody: Caller
    admin: Caller
    platform: Caller
    dpo: Caller
    clients: Mapping[str, Caller]

    @property
    def directory(self) -> Path:
        return self.command.directory


def set_stage(screen: Screen, command: Command, nobody: Caller) -> Stage:
    """Create the clients of the day with the first admin key, and issue the other keys."""
    admin = nobody.with_key((command.directory / "admin.key").read_text().strip())
    for client in CLIENTS:
        _create(admin, client)
    return Stage(
        screen=screen,
        command=command,
        nobody=nobody,
        admin=admin,
        platform=_issue(command, admin, "platform"),
        dpo=_issue(command, admin, "dpo"),
        clients={client.id: _issue(command, admin, "client", client.id) for client in CLIENTS},
    )


def show_clients(screen: Screen) -> None:
    rows = [("client", "trade", "licences", "options")]
    for client in CLIENTS:
        options = ", ".join(client.options) or "none: nothing is recorded"
        rows.append((client.id, client.trade, str(len(client.licences)), options))
    screen.table(rows)


def _create(admin: Caller, client: DemoClient) -> None:
    body: dict[str, Any] = {
        "id": client.id,
        "name": client.name,
        "policy": "web2contact",
        "contract": {"started_on": _STARTED_ON.isoformat()},
        "options": list(client.options),
        "privileged": client.privileged,
        "announcement": _ANNOUNCEMENT if client.is_recorded else None,
    }
    admin.post_json("/v1/clients", body)
    for licence, label in client.licences.items():
        licence_body = {"id": licence, "label": label, "kind": "agent"}
        admin.post_json(f"/v1/clients/{client.id}/licences", licence_body)


def _issue(command: Command, admin: Caller, role: str, client_id: str | None = None) -> Caller:
    """Issue a key; it is kept beside the admin's, for whoever tries the service afterwards."""
    name = client_id or role
    body = {"role": role, "client_id": client_id, "label": f"demo: {name}"}
    key: str = admin.post_json("/v1/api-keys", body)["key"]
    path = command.directory / f"{name}.key"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key + "\n")
    return admin.with_key(key)

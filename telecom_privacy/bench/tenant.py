"""A client of the service and the keys of those who act on its data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telecom_privacy.bench.calls import InventedCall
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.http import InProcess, send_json
from telecom_privacy.bench.service import service
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.batch import CallBatch, Line
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.objections.service import Objections

CLIENT = "cabinet"
_ACTOR = "bench"
_OPERATORS = tuple(role for role in ApiRole if role is not ApiRole.CLIENT)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A client with licences; `keys` are API keys by role, that of the client among them."""

    services: Services
    client: str
    keys: Mapping[ApiRole, str]

    def access(self, role: ApiRole) -> Access:
        return self.services.accounts.authenticate(self.keys[role])

    @property
    def path(self) -> str:
        return f"/v1/clients/{self.client}"

    def load(self, calls: Iterable[InventedCall]) -> None:
        """Hand calls in as the platform does, in batches. Raises `WrongAnswer`."""
        access = self.access(ApiRole.PLATFORM)
        client = service(self.services, ClientService).reach_hosted(access, self.client)
        intake, batch = service(self.services, CallIntake), service(self.services, CallBatch)
        lines = [
            Line(number, intake.read(call.id, call.content()))
            for number, call in enumerate(calls, 1)
        ]
        if batch.store(access, client, lines).accepted != len(lines):
            raise WrongAnswer("the service did not take all calls")

    def object(self, numbers: Sequence[str]) -> None:
        """Have persons object to being recorded."""
        access = self.access(ApiRole.CLIENT)
        client = service(self.services, ClientService).reach_hosted(access, self.client)
        for number in numbers:
            service(self.services, Objections).object(access, client, number)


def new_tenant(
    services: Services, licences: Sequence[str], client: str = CLIENT, **more: Any
) -> Tenant:
    """Make a client that takes recording, with its licences and keys. Raises `WrongAnswer`."""
    keys: dict[ApiRole, str] = {
        role: services.accounts.issue(_ACTOR, role, f"{role.value} of {client}")[1]
        for role in _OPERATORS
    }
    _make_client(services, keys[ApiRole.ADMIN], client, licences, more)
    keys[ApiRole.CLIENT] = services.accounts.issue(_ACTOR, ApiRole.CLIENT, client, client)[1]
    return Tenant(services, client, keys)


def neighbour(tenant: Tenant, client: str, licences: Sequence[str]) -> Tenant:
    """Make another client with its licences, but no key of its own. Raises `WrongAnswer`."""
    _make_client(tenant.services, tenant.keys[ApiRole.ADMIN], client, licences, {})
    keys: dict[ApiRole, str] = {role: tenant.keys[role] for role in _OPERATORS}
    return Tenant(tenant.services, client, keys)


def _make_client(
    services: Services, admin: str, client: str, licences: Sequence[str], more: Mapping[str, Any]
) -> None:
    transport = InProcess(services)
    body = {
        "id": client,
        "name": "Cabinet Exemple",
        "policy": "web2contact",
        "contract": {"started_on": "2025-01-01"},
        "options": ["recording"],
        "announcement": {"documented_on": "2025-01-01", "text": "This call is recorded."},
        **more,
    }
    _make(transport, "/v1/clients", admin, body)
    for licence in licences:
        licence_body = {"id": licence, "label": f"Agent of {licence}", "kind": "agent"}
        _make(transport, f"/v1/clients/{client}/licences", admin, licence_body)


def _make(transport: InProcess, path: str, key: str, body: Mapping[str, Any]) -> None:
    if send_json(transport, "POST", path, key, body).status != 201:
        raise WrongAnswer(f"the service did not take what was posted to {path}")

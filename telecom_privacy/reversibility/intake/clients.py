"""The client of a package and its licences."""

from contextlib import suppress
from typing import Any

from marshmallow import ValidationError

from telecom_privacy.clients.history import taken_over
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import ANONYMISED, Client, Licence
from telecom_privacy.clients.schemas import ClientSchema, LicenceSchema
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import IntegrityError, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.http.schemas import require_id
from telecom_privacy.reversibility.intake.report import Report
from telecom_privacy.reversibility.intake.source import PackageSource, Row
from telecom_privacy.reversibility.tables.licences import ERASED, ONLY_NAMED
from telecom_privacy.scope import Role

CLIENT = "client"
LICENCES = "licences"

_DETAILS = ("name", "announcement", "privileged", "contact")
_OF_A_LICENCE = ("id", "label", "kind", "status", "valid_until", "privileged")


class ClientIntake:
    """Stores the client, and licences.

    For the time of the import there is one, too, for each that is only named by calls or records:
    with the status of what was erased.
    """

    def __init__(self, clients: ClientService, licences: LicenceService) -> None:
        self._clients = clients
        self._licences = licences
        self._licence = LicenceSchema()

    def client(
        self,
        access: Access,
        source: PackageSource,
        client_id: str,
        policy: str | None,
        report: Report,
    ) -> Client:
        """Return the client of this id; if there is none, store that of the package under it.

        Its contract begins when the old one did, and has no end. Under another `policy` nothing
        is taken over of the terms that were agreed. Raises `Invalid`, and
        `IntegrityError` for a package whose client is none.
        """
        with suppress(NotFound):
            return self._clients.reach(access, client_id)
        told = source.client()
        try:
            history = taken_over(told["history"], policy)
            found = ClientSchema().load(_client_body(told, client_id))
        except (ValueError, LookupError, TypeError, ValidationError) as error:
            raise IntegrityError("data/client.json: not the description of a client") from error
        details = {name: found[name] for name in ("id", *_DETAILS) if name in found}
        started_on = found["contract"]["started_on"]
        client = self._clients.take_over(access, details, started_on, history)
        if told.get("terms") and policy:
            report.refuse(CLIENT, None, {"terms": ["They were agreed under another policy."]})
        return client

    def take(self, access: Access, client: Client, source: PackageSource, report: Report) -> None:
        for row in source.rows(LICENCES):
            with report.judging(row):
                if self._find(client, row) is None:
                    self._create(access, client, row.data)
                    report.judged(LICENCES, is_new=True)
                else:
                    report.judged(LICENCES, is_new=False)

    def erase_again(self, access: Access, client: Client, source: PackageSource) -> None:
        """Erase the licences of which the package has nothing but their ids."""
        for row in source.rows(LICENCES):
            if row.data.get("status") in ONLY_NAMED:
                licence = self._find(client, row)
                if licence and licence.status == ERASED:
                    self._licences.delete(access, client, licence)

    def _find(self, client: Client, row: Row) -> Licence | None:
        licence_id = require_id("id", row.data.get("id", ""))
        try:
            return self._licences.find(client.scope(Role.PROCESSOR), licence_id)
        except NotFound:
            return None

    def _create(self, access: Access, client: Client, data: dict[str, Any]) -> None:
        status = ERASED if data.get("status") in ONLY_NAMED else data.get("status")
        told = {name: data[name] for name in _OF_A_LICENCE if data.get(name) is not None}
        if status in (ANONYMISED, ERASED):  # these say nothing more, and nobody may ask for them
            told = {"kind": "agent", "label": "", **told, "status": "active"}
        body = self._licence.load(told)
        details = {name: body[name] for name in ("id", "label", "privileged")}
        if status not in (ANONYMISED, ERASED):
            status = body["status"]
        self._licences.create(access, client, details, body["kind"], status, body["valid_until"])


def _client_body(told: dict[str, Any], client_id: str) -> dict[str, Any]:
    details = {name: told[name] for name in _DETAILS if name in told}
    contract = {"started_on": told["contract"]["started_on"]}
    return {**details, "id": client_id, "policy": told["policy"], "contract": contract}

"""What was restricted where a package was made is restricted here, too (RULES DSR-7).

Each call and record by itself, as the client: a package does not say which of them a restriction
of a whole person had reached.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from telecom_privacy.clients.model import Client
from telecom_privacy.errors import Invalid
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.persons.restricting import Restricting
from telecom_privacy.records.model import NewRecord
from telecom_privacy.restrictions.model import Reason
from telecom_privacy.reversibility.intake.report import Report
from telecom_privacy.reversibility.intake.source import Row
from telecom_privacy.reversibility.tables.restriction import RESTRICTION


class RestrictingAgain:
    def __init__(self, restricting: Restricting) -> None:
        self._restricting = restricting

    def calls(self, access: Access, client: Client, rows: Iterable[Row], report: Report) -> None:
        """Restrict those calls, just stored, whose rows say so."""
        for row in rows:
            if reason := reason_of(row.data):
                with report.judging(row):
                    self._restricting.restrict_call(access, client, row.data["id"], reason)

    def record(
        self, access: Access, client: Client, record: NewRecord, reason: Reason | None
    ) -> None:
        """Restrict a record that was just stored, if there is a reason. Raises as `Restricting`."""
        if reason:
            own = Access(access.actor, ApiRole.CLIENT, client.id)
            category, name = record.category, record.external_id
            self._restricting.restrict_record(own, client, category, name, reason)


def reason_of(data: Mapping[str, Any]) -> Reason | None:
    """Why a row is restricted. Raises `Invalid` for what is no reason: it is not to be used."""
    if (told := data.get(RESTRICTION.name)) is None:
        return None
    try:
        return Reason(told)
    except ValueError as error:
        raise Invalid({RESTRICTION.name: ["No reason that this service knows."]}) from error

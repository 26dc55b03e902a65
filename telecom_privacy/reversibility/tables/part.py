"""The tables of one package, written while its calls and records are read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from telecom_privacy.accounts.staff_keys import StaffKeys
from telecom_privacy.audit.accesses import Accesses
from telecom_privacy.breaches.service import BreachService
from telecom_privacy.calls.model import OBJECTED
from telecom_privacy.clients.service import ClientService
from telecom_privacy.policies.model import Category
from telecom_privacy.policies.term import Term
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.reversibility.model import Kind
from telecom_privacy.reversibility.parts import Order
from telecom_privacy.reversibility.selection import ChosenCall, ChosenLicence, ChosenRecord
from telecom_privacy.reversibility.tables.accesses import ACCESSES, access_row, accesses_within
from telecom_privacy.reversibility.tables.breaches import BREACHES, breach_rows
from telecom_privacy.reversibility.tables.calls import CALLS, RECORDINGS, call_row, recording_row
from telecom_privacy.reversibility.tables.client import client_json, least_client_json
from telecom_privacy.reversibility.tables.descriptor import PATH, descriptor
from telecom_privacy.reversibility.tables.erasures import ERASURES, erasure_rows
from telecom_privacy.reversibility.tables.exclusions import EXCLUSIONS, Excluded, exclusion_rows
from telecom_privacy.reversibility.tables.kept import Kept
from telecom_privacy.reversibility.tables.licences import (
    ERASED,
    LEFT_OUT,
    LICENCES,
    least_licence_row,
    licence_row,
    named_licence_row,
)
from telecom_privacy.reversibility.tables.records import record_row, record_table
from telecom_privacy.reversibility.tables.retention import RETENTION, retention_rows
from telecom_privacy.reversibility.tables.schema import Table
from telecom_privacy.reversibility.tables.staff_keys import STAFF_KEYS, staff_key_row
from telecom_privacy.reversibility.tables.table_writer import TableWriter, WrittenTable, json_line
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class Sources:
    """Where it is read what is said about the data as a whole."""

    clients: ClientService
    certificates: CertificateService
    accesses: Accesses
    breaches: BreachService
    staff_keys: StaffKeys


class Tables:
    """Begins the tables of packages (`parts.Parts`)."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def begin(self, order: Order) -> "TablesPart":
        return TablesPart(order, self._sources)


class TablesPart:
    """See `parts.Part`. Keeps in memory what it counted, and the ids of the licences it met."""

    def __init__(self, order: Order, sources: Sources) -> None:
        self._order = order
        self._sources = sources
        self._calls = TableWriter(order.package, CALLS)
        self._recordings = TableWriter(order.package, RECORDINGS)
        self._records: tuple[str, TableWriter] | None = None
        self._written: list[WrittenTable] = []
        self._licences: set[str] = set()
        self._kept = Kept()
        self._objected = 0
        self._silent = 0

    def take_call(self, chosen: ChosenCall) -> None:
        wish = self._order.wish
        self._calls.write(call_row(chosen, self._order.selection.number))
        self._kept.add(Category.CALL, chosen)
        self._licences.add(chosen.call.sealed["call"]["licence_id"])
        self._objected += chosen.call.sealed["call"]["recording_consent"] == OBJECTED
        for one in chosen.recordings:
            self._recordings.write(recording_row(chosen, one, audio=wish.audio))
            self._kept.add(Category.RECORDING, one)
            self._silent += not wish.audio

    def take_record(self, chosen: ChosenRecord) -> None:
        category = chosen.record.stored.category
        self._table_of(category).write(record_row(chosen))
        self._kept.add(category, chosen)
        if licence := chosen.record.sealed.get("licence_id"):
            self._licences.add(licence)

    def finish(self) -> None:
        """Write what depends on what was read, and last what describes the tables."""
        order, package = self._order, self._order.package
        self._close_records()
        self._written += [self._calls.close(), self._recordings.close()]
        self._write(LICENCES, self._licence_rows())
        for table, rows in self._about():
            self._write(table, rows)
        client = package.add("data/client.json", json_line(self._client()))
        package.add(PATH, descriptor(client, self._written, order.wish, order.as_of))

    def _about(self) -> Iterator[tuple[Table, Iterable[Mapping[str, Any]]]]:
        """What is said about the data as a whole."""
        order = self._order
        own, controller = self._terms(Role.PROCESSOR), self._terms(Role.CONTROLLER)
        chosen = order.selection
        excluded = Excluded(chosen.left_out, chosen.restricted, self._objected, self._silent)
        yield RETENTION, retention_rows(own, self._kept)
        yield EXCLUSIONS, exclusion_rows(order.wish, controller, own, excluded)
        if order.wish.kind is not Kind.SUBJECT:
            certificates = self._sources.certificates.of_hosted_data(order.client.id)
            yield ERASURES, erasure_rows(certificates, own)
            yield ACCESSES, self._access_rows()
            yield BREACHES, self._breach_rows()
        if order.wish.kind is Kind.REVERSIBILITY:
            yield STAFF_KEYS, self._staff_key_rows()

    def _access_rows(self) -> Iterator[Mapping[str, Any]]:
        as_of = self._order.as_of
        query = accesses_within(self._order.wish, as_of)
        return map(access_row, self._sources.accesses.each(self._order.client.id, query, as_of))

    def _breach_rows(self) -> Iterator[Mapping[str, Any]]:
        client = self._order.client
        return breach_rows(self._sources.breaches.told_to(client), client.id)

    def _staff_key_rows(self) -> Iterator[Mapping[str, Any]]:
        for described in self._sources.staff_keys.each(self._order.client):
            if described.key.created_at <= self._order.as_of:
                yield staff_key_row(described)

    def _licence_rows(self) -> Iterator[Mapping[str, Any]]:
        """All of the client's for everything, else those that something names."""
        row = least_licence_row if self._order.wish.kind is Kind.SUBJECT else licence_row
        whole = self._order.wish.kind is Kind.REVERSIBILITY
        missing = set(self._licences)
        for chosen in self._order.selection.licences():
            if whole or chosen.licence.external_id in missing:
                self._enter(chosen)
                missing.discard(chosen.licence.external_id)
                yield row(chosen.licence)
        left_out = self._order.selection.licences_left_out
        for licence_id in sorted(missing):
            yield named_licence_row(licence_id, LEFT_OUT if licence_id in left_out else ERASED)

    def _enter(self, chosen: ChosenLicence) -> None:
        self._order.package.contains(chosen.licence.id, chosen.due_at)
        self._kept.add(Category.LICENCE, chosen)

    def _client(self) -> Mapping[str, Any]:
        client = self._order.client
        if self._order.wish.kind is Kind.SUBJECT:
            return least_client_json(client)
        return client_json(client, self._sources.clients.window(client), self._order.as_of)

    def _terms(self, role: Role) -> list[Term]:
        return list(self._order.client.terms.in_force(role, self._order.as_of))

    def _table_of(self, category: str) -> TableWriter:
        if self._records is None or self._records[0] != category:
            self._close_records()
            self._records = category, TableWriter(self._order.package, record_table(category))
        return self._records[1]

    def _close_records(self) -> None:
        if self._records:
            self._written.append(self._records[1].close())

    def _write(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        writer = TableWriter(self._order.package, table)
        for row in rows:
            writer.write(row)
            self._order.page.show(table.name, table.names, row)
        self._written.append(writer.close())

"""Taking in a package that was verified (RULES REV-2; GDPR article 20).

Everything goes the way that it goes when it is handed in: policy and terms of this service are
obeyed, and it gets receipts of its own. It is found again by the ids that client and platform gave,
so a package that was taken in halfway is simply taken in again.
"""

from hashlib import sha256

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.http.access import Access
from telecom_privacy.reversibility.intake.calls import CallsIntake
from telecom_privacy.reversibility.intake.clients import ClientIntake
from telecom_privacy.reversibility.intake.records import RecordsIntake
from telecom_privacy.reversibility.intake.report import Report
from telecom_privacy.reversibility.intake.source import PackageSource


class PackageIntake:
    def __init__(
        self,
        clients: ClientIntake,
        calls: CallsIntake,
        records: RecordsIntake,
        changes: ChangeLog,
    ) -> None:
        self._clients = clients
        self._calls = calls
        self._records = records
        self._changes = changes

    def take(
        self,
        access: Access,
        source: PackageSource,
        client_id: str,
        policy: str | None,
        report: Report,
    ) -> None:
        """Store what a package holds for the client of this id; memory does not grow with it.

        A client that is not there yet is bound to `policy`, or to those that the package names.
        The log keeps which package it was, and so whose receipts are its originals. Raises
        `Invalid` for the client, `IntegrityError`, and `Unavailable`: repeating it is safe.
        """
        client = self._clients.client(access, source, client_id, policy, report)
        details = {"package": sha256(source.tag_manifest).hexdigest()}
        self._changes.append("package.imported", access, client.id, details)
        self._clients.take(access, client, source, report)
        self._calls.take_calls(access, client, source, report)
        self._calls.take_recordings(access, client, source, report)
        self._records.take(access, client, source, report)
        self._clients.erase_again(access, client, source)

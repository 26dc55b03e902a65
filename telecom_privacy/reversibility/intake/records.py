"""Records of all other categories out of a package."""

from typing import Any

from telecom_privacy.clients.model import Client
from telecom_privacy.errors import Invalid, TooLarge
from telecom_privacy.http.access import Access
from telecom_privacy.http.uploads import checked_media_type
from telecom_privacy.records.attaching import NewContent
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.events import RecordEvents
from telecom_privacy.records.model import CONSENT, NewRecord, Past, is_revoked
from telecom_privacy.records.upload import RecordUpload
from telecom_privacy.records.writing import RecordWriter
from telecom_privacy.reversibility.intake.lines import RecordLine
from telecom_privacy.reversibility.intake.report import Report
from telecom_privacy.reversibility.intake.restrictions import RestrictingAgain, reason_of
from telecom_privacy.reversibility.intake.source import PackageSource, Row
from telecom_privacy.scope import Role

_OF_THE_RECORD = ("licence_id", "subject", "occurred_at", "data")


class RecordsIntake:
    """Stores records with their events and history, and their binary content."""

    def __init__(
        self,
        catalogue: Catalogue,
        writer: RecordWriter,
        events: RecordEvents,
        uploads: RecordUpload,
        restricting: RestrictingAgain,
    ) -> None:
        self._catalogue = catalogue
        self._writer = writer
        self._events = events
        self._uploads = uploads
        self._restricting = restricting
        self._line = RecordLine()

    def take(self, access: Access, client: Client, source: PackageSource, report: Report) -> None:
        """Consents come first: what rests on one that was revoked is refused."""
        for category in sorted(source.categories(), key=lambda name: (name != CONSENT, name)):
            for row in source.rows(f"records/{category}"):
                with report.judging(row):
                    is_new = self._take(access, client, source, category, row)
                    report.judged(row.table, is_new=is_new)

    def _take(
        self, access: Access, client: Client, source: PackageSource, category: str, row: Row
    ) -> bool:
        self._require_hosted(client, category)
        told, reason = self._line.load(row.data), reason_of(row.data)
        new = NewRecord(category, told["id"], **{name: told[name] for name in _OF_THE_RECORD})
        past = Past(told["events"], told["history"])
        stored = self._writer.store(access, client, new, past)
        self._restricting.record(access, client, new, reason)
        if category == CONSENT and not stored.is_new:
            self._take_revocation(access, client, new, past)
        if told["content_path"] is None:
            return stored.is_new
        return self._take_content(access, client, source, category, told) or stored.is_new

    def _take_revocation(
        self, access: Access, client: Client, consent: NewRecord, past: Past
    ) -> None:
        """A consent that was known here already may have been revoked there since."""
        if is_revoked(past.events):
            at = past.events["revoked"]
            self._events.note_revoked_elsewhere(access, client, consent.external_id, at)

    def _require_hosted(self, client: Client, category: str) -> None:
        """Raise `Invalid` for what the operator would keep as controller, or not at all."""
        if self._catalogue.require_storable(client, category) is not Role.PROCESSOR:
            raise Invalid({"category": ["The client's policy does not host this category."]})

    def _take_content(
        self,
        access: Access,
        client: Client,
        source: PackageSource,
        category: str,
        told: dict[str, Any],
    ) -> bool:
        if told["content_bytes"] > self._uploads.max_bytes:
            raise TooLarge("the content is longer than this service takes")
        media_type = checked_media_type(told["content_media_type"])
        new = NewContent(category, told["id"], media_type, told["content_sha256"])
        body = source.file(told["content_path"])
        return self._uploads.store(access, client, new, body).is_new

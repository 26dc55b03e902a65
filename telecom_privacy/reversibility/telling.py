"""Telling that packages are ready (`notices`): also of those whose maker was killed before."""

from typing import Any

from telecom_privacy.clock import Clock, to_text
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.reversibility.model import StoredExport
from telecom_privacy.reversibility.repository import ExportRepository


class Telling:
    def __init__(self, repository: ExportRepository, notices: Notices, clock: Clock) -> None:
        self._repository = repository
        self._notices = notices
        self._clock = clock

    def run(self) -> None:
        """Tell of every package that is ready and was not told of. Raises `Unavailable`."""
        for export in self._repository.fetch_untold():
            now, data = self._clock.now(), _data(export)
            kind, client_id = NoticeType.EXPORT_READY, export.client_id
            self._notices.announce(client_id, kind, export.id, now, data)
            self._repository.note_told(export.id)


def _data(export: StoredExport) -> dict[str, Any]:
    until = {"expires_at": to_text(export.expires_at)} if export.expires_at else {}
    return {"export": str(export.id), "kind": export.kind.value, **until}

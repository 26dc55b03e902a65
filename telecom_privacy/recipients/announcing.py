"""Telling those who subscribed that the list of recipients will change (SEC-3)."""

from datetime import timedelta

from telecom_privacy.clock import Clock
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.recipients.model import Change
from telecom_privacy.recipients.repository import ChangeRepository
from telecom_privacy.recipients.service import RecipientService
from telecom_privacy.scope import NO_ID


class ChangeAnnouncing:
    """`ahead` is how long before its day a change is told."""

    def __init__(
        self,
        recipients: RecipientService,
        repository: ChangeRepository,
        notices: Notices,
        clock: Clock,
        ahead: timedelta,
    ) -> None:
        self._recipients = recipients
        self._repository = repository
        self._notices = notices
        self._clock = clock
        self._ahead = ahead

    def run(self) -> None:
        """Tell each change once, as soon as it is near; may be repeated. Raises `Unavailable`.

        What lay in the past when the service was first started is no news. Of what was entered too
        late is told at once.
        """
        changes, known = self._recipients.changes_since(None), self._repository.fetch_known()
        if not known:
            today = self._recipients.today()
            known = {NO_ID, *(one.id for one in changes if one.effective_on <= today)}
            self._repository.insert_absent(known, self._clock.now())
        near = self._recipients.today() + self._ahead
        new = [one for one in changes if one.effective_on <= near and one.id not in known]
        for change in new:
            self._tell(change)
        self._repository.insert_absent((one.id for one in new), self._clock.now())

    def _tell(self, change: Change) -> None:
        data = {
            "change": str(change.id),
            "direction": change.direction.value,
            "effective_on": change.effective_on.isoformat(),
        }
        kind, now = NoticeType.SUBPROCESSORS_CHANGED, self._clock.now()
        self._notices.announce(None, kind, change.id, now, data)

"""The holds in force that may keep some records: found by index, as a client may place many claims.

They are read anew from the database for every erasure.
"""

from collections.abc import Iterable, Sequence

from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.errors import IntegrityError, KeyDestroyed
from telecom_privacy.holds.comparing import NumberComparison
from telecom_privacy.holds.marks import Marks
from telecom_privacy.holds.model import StoredHold
from telecom_privacy.holds.repository import HoldRepository


class Candidates:
    def __init__(self, holds: HoldRepository, comparison: NumberComparison, marks: Marks) -> None:
        self._holds = holds
        self._comparison = comparison
        self._marks = marks

    def may_keep(self, erasure: Erasure) -> bool:
        """Whether there is a hold that may keep something of it, without looking at records."""
        client_id, role = erasure.client_id, erasure.role
        return bool(self._of_all(erasure)) or self._holds.has_of_persons(client_id, role)

    def of(self, erasure: Erasure, originals: Sequence[Original]) -> list[StoredHold]:
        """Return all holds that may keep one of the records that an erasure names."""
        return [*self._of_all(erasure), *self._of_persons(erasure, originals)]

    def _of_all(self, erasure: Erasure) -> list[StoredHold]:
        """Those that claim nothing, and those of claims of what lies in the same documents."""
        places = {item.document for item in erasure.items}
        client_id = erasure.client_id
        general = self._holds.fetch_general(client_id)
        return [*general, *self._holds.fetch_claims_at(client_id, places)]

    def _of_persons(self, erasure: Erasure, originals: Iterable[Original]) -> list[StoredHold]:
        """Those of claims that need what is about the persons whom the records name.

        Where a record cannot be opened any more all of them are compared with it.
        """
        client_id, role = erasure.client_id, erasure.role
        if not self._holds.has_of_persons(client_id, role):
            return []
        naming = (one for one in originals if one.numbers or one.subject)
        try:
            persons = set[str]().union(*map(self._comparison.stated, naming))
            marks = {self._marks.of_person(client_id, role, person) for person in persons}
        except (KeyDestroyed, IntegrityError):
            return self._holds.fetch_of_persons(client_id, role)
        return self._holds.fetch_claims(client_id, marks)

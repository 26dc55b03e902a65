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
from telecom_privacy.holds.repository import Concerning, HoldRepository


class Candidates:
    def __init__(self, holds: HoldRepository, comparison: NumberComparison, marks: Marks) -> None:
        self._holds = holds
        self._comparison = comparison
        self._marks = marks

    def concerning(self, erasure: Erasure) -> Concerning:
        """Return what may keep something of it, without looking at records."""
        places = list({item.document: None for item in erasure.items})
        return self._holds.fetch_concerning(erasure.client_id, erasure.role, places)

    def of(
        self, erasure: Erasure, concerning: Concerning, originals: Sequence[Original]
    ) -> list[StoredHold]:
        """Return all holds that may keep one of the records that an erasure names."""
        if not concerning.is_of_persons:
            return concerning.holds
        return [*concerning.holds, *self._of_persons(erasure, originals)]

    def _of_persons(self, erasure: Erasure, originals: Iterable[Original]) -> list[StoredHold]:
        """Those of claims that need what is about the persons whom the records name.

        Where a record cannot be opened any more all of them are compared with it.
        """
        client_id, role = erasure.client_id, erasure.role
        naming = (one for one in originals if one.numbers or one.subject)
        try:
            persons = set[str]().union(*map(self._comparison.stated, naming))
            marks = {self._marks.of_person(client_id, role, person) for person in persons}
        except (KeyDestroyed, IntegrityError):
            return self._holds.fetch_of_persons(client_id, role)
        return self._holds.fetch_claims(client_id, marks)

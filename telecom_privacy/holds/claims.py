"""What a person wants kept, mostly for claims, outlives its term (GDPR article 18(1)(b), (c)).

The restriction that says so is the ground of its hold: one person places it and one lifts it. The
hold comes first and goes last, so that a kill keeps too much rather than too little.
"""

from contextlib import suppress
from datetime import timedelta

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DocumentId
from telecom_privacy.errors import Conflict
from telecom_privacy.holds.log import HoldLog
from telecom_privacy.holds.model import Act, Claim, StoredHold
from telecom_privacy.holds.placing import HoldPlacing
from telecom_privacy.holds.repository import HoldRepository
from telecom_privacy.http.access import Access
from telecom_privacy.scope import Role

_REVIEWED_AFTER = timedelta(days=365)
"""Then legal staff is asked whether the claim still stands; nothing is released by itself."""


class ClaimHolds:
    def __init__(
        self, holds: HoldRepository, placing: HoldPlacing, log: HoldLog, clock: Clock
    ) -> None:
        self._holds = holds
        self._placing = placing
        self._log = log
        self._clock = clock

    def keep(self, access: Access, client: Client, claim: Claim) -> None:
        """Hold what a claim needs, unless a hold for it is in force. May be repeated."""
        if not self._holds.fetch_claims(client.id, [claim.mark]):
            review_on = (self._clock.now() + _REVIEWED_AFTER).date()
            self._placing.place_for_claim(access, client, claim, review_on)

    def marks_of(
        self, access: Access, client: Client, role: Role, document: DocumentId
    ) -> list[bytes]:
        """The restrictions with which holds of records stand that `access` may see.

        By the id of the document in which they lie, or lay before that was forgotten.
        """
        found = self._holds.fetch_claims_at(client.id, [document])
        ours = (hold for hold in found if hold.reach.role is role and _may_see(access, hold))
        return [hold.claim for hold in ours if hold.claim]

    def let_go(self, access: Access, client: Client, mark: bytes) -> None:
        """Release what was held with a restriction, if anything; may be repeated.

        From then on the normal rule applies. What the hold alone kept is erased by the upkeep
        within moments, not here: how long this takes must not tell what other holds keep.
        """
        for hold in self._holds.fetch_claims(client.id, [mark]):
            with suppress(Conflict):
                self._release(hold, Act(access.actor, self._clock.now()))

    def _release(self, hold: StoredHold, act: Act) -> None:
        with self._log.announced("hold.released", act.by, hold.id, ground="restriction_lifted"):
            if not self._holds.release_claim(hold.id, act):
                raise Conflict("another released it at the same time")


def _may_see(access: Access, hold: StoredHold) -> bool:
    licence_id = hold.reach.licence_id
    return licence_id is not None and access.may_see_licence(licence_id)

"""Whether a recording may be kept at all (CON-1, CON-2)."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from telecom_privacy.calls.model import OBJECTED, Call
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client, Licence
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Forbidden
from telecom_privacy.objections.service import Objections
from telecom_privacy.policies.model import Category, Option
from telecom_privacy.scope import Role

_NOT_IN_CONTRACT = "recording-not-in-contract"
_NOT_ANNOUNCED = "recording-not-announced"
_CONTRACT_ENDED = "contract-ended"
_OBJECTED = "recording-objected"
_LICENCE_ENDED = "licence-not-active"
_IN_CONTRACT = "recording-in-contract"


@dataclass(frozen=True, slots=True)
class RecordingPolicy:
    """What the platform is to do with a client's next call."""

    record: bool
    announce: bool
    reason: str


class Admission:
    """Judges by what was agreed with the client and by what the caller said."""

    def __init__(
        self, licences: LicenceService, objections: Objections, clock: Clock, zone: tzinfo
    ) -> None:
        self._licences = licences
        self._objections = objections
        self._clock = clock
        self._zone = zone

    def policy(
        self, client: Client, licence_id: str | None, number: str | None = None
    ) -> RecordingPolicy:
        """What to do now. Without a documented announcement the platform announces and asks.

        `number` is that of the other party in E.164, who may have objected to all recording.

        Raises `NotFound` for an unknown licence, but looks for none once nothing is hosted.
        """
        now = self._clock.now()
        if client.hosts_nothing(now):
            return RecordingPolicy(record=False, announce=False, reason=_CONTRACT_ENDED)
        scope = client.scope(Role.PROCESSOR)
        licence = self._licences.find(scope, licence_id) if licence_id else None
        refusal = self._refusal(client, licence, now)
        if refusal is None and number and self._objections.in_force(client, [number], now):
            refusal = _OBJECTED
        if refusal:
            return RecordingPolicy(record=False, announce=False, reason=refusal)
        reason = _IN_CONTRACT if client.documents_announcement else _NOT_ANNOUNCED
        return RecordingPolicy(record=True, announce=True, reason=reason)

    def require_taken(self, client: Client) -> None:
        """Raise `Forbidden` if the client's policy lets no recordings be stored."""
        if not self._stores(client):
            raise Forbidden("the client's policy does not name recordings", _NOT_IN_CONTRACT)

    def require(self, client: Client, call: Call) -> None:
        """Raise `Forbidden` unless the recording of a call may be kept."""
        if not self._in_contract(client, call.stored.ended_at):
            raise Forbidden("the client has not taken recording", _NOT_IN_CONTRACT)
        consent = call.sealed["call"]["recording_consent"]
        if consent == OBJECTED or self._has_objected(client, call):
            raise Forbidden("the caller objected to the recording", _OBJECTED)
        if consent != "given" and not client.documents_announcement:
            raise Forbidden(
                "the caller was not asked and the client documents no announcement", _NOT_ANNOUNCED
            )

    def _refusal(self, client: Client, licence: Licence | None, now: datetime) -> str | None:
        """Why nothing is recorded now, if so."""
        ended_on = client.history.contract_ended_on
        if ended_on and ended_on < now.astimezone(self._zone).date():
            return _CONTRACT_ENDED
        if not (self._stores(client) and client.history.option_in_force(Option.RECORDING, now)):
            return _NOT_IN_CONTRACT
        if client.terms.verdict(Category.RECORDING, Role.PROCESSOR, now).is_due(now):
            return _CONTRACT_ENDED  # what was recorded now would be due at once
        return _LICENCE_ENDED if licence and not self._serves(client, licence, now) else None

    def _has_objected(self, client: Client, call: Call) -> bool:
        """Whether a party had objected to all recording when the call began."""
        return self._objections.in_force(client, call.concerned.persons, call.stored.started_at)

    def _stores(self, client: Client) -> bool:
        return client.terms.stores(Category.RECORDING, Role.PROCESSOR, self._clock.now())

    def _serves(self, client: Client, licence: Licence, now: datetime) -> bool:
        verdict = client.terms.verdict(Category.LICENCE, Role.PROCESSOR, licence.created_at)
        return licence.is_active(now.astimezone(self._zone).date()) and not verdict.is_due(now)

    def _in_contract(self, client: Client, ended_at: datetime) -> bool:
        # A recording may arrive late, after the option has ended, and one may be handed in again
        # after the client has taken the option.
        moments = (ended_at, self._clock.now())
        return any(client.history.option_in_force(Option.RECORDING, at) for at in moments)

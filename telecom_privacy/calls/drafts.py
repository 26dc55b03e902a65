"""A call on its way in: what will be stored of it, in both copies, before it has keys."""

from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID, uuid4

import rfc8785

from telecom_privacy.audit.canonical import canonical_json
from telecom_privacy.calls.intent import IntendedCall
from telecom_privacy.calls.model import NewCall, call_binding
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import Invalid
from telecom_privacy.scope import Role, Scope
from telecom_privacy.traffic.model import traffic_binding


@dataclass(frozen=True, slots=True)
class Draft:
    """A call under the ids that it will have.

    `traffic_id` is None where no purpose needs the controller copy, or none any more; `body` is
    what the receipt's digest and the comparison with a retry are taken from.
    """

    call: NewCall
    token: bytes
    scope: Scope
    month: str
    body: bytes = field(repr=False)
    record_id: UUID = field(default_factory=uuid4)
    traffic_id: UUID | None = None

    @property
    def binding(self) -> Binding:
        return call_binding(self.scope, self.month, self.record_id)

    @property
    def controller_scope(self) -> Scope:
        return Scope(self.scope.client_id, self.scope.licence_id, Role.CONTROLLER)

    @property
    def intended(self) -> IntendedCall:
        return IntendedCall(self.token, self.record_id, self.traffic_id)

    @property
    def record_ids(self) -> list[UUID]:
        return self.intended.record_ids

    @property
    def bindings(self) -> list[Binding]:
        """The places that need a key, in the order of `record_ids`."""
        if not self.traffic_id:
            return [self.binding]
        copy = traffic_binding(self.controller_scope, self.month, self.traffic_id)
        return [self.binding, copy]


def canonical_body(call: NewCall) -> bytes:
    """The RFC 8785 form of a call and its id. Raises `Invalid` where there is none."""
    try:
        return canonical_json({"id": call.external_id, "call": dict(call.content)})
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise Invalid({"platform": ["Holds a number that JSON cannot carry exactly."]}) from error


def fingerprint(body: bytes) -> str:
    """What a retry is compared by. It is sealed: a bare hash of a CDR can be guessed."""
    return sha256(body).hexdigest()

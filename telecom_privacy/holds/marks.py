"""Keyed tokens of records and of persons: by these restrictions, and holds of claims, are found."""

from uuid import UUID

from telecom_privacy.keys.service import KeyService
from telecom_privacy.numbers import NumberReader
from telecom_privacy.scope import Role


class Marks:
    """Both methods raise `KeyDestroyed` once the client's keys are gone."""

    def __init__(self, keys: KeyService, numbers: NumberReader) -> None:
        self._keys = keys
        self._numbers = numbers

    def of_record(self, client_id: UUID, role: Role, record_id: UUID) -> bytes:
        return self._mark(client_id, role, f"record/{record_id}")

    def of_person(self, client_id: UUID, role: Role, person: str) -> bytes:
        """Of all that is about a person, by number in any form or as records name it."""
        return self._mark(client_id, role, f"person/{self._numbers.normal(person)}")

    def _mark(self, client_id: UUID, role: Role, restricted: str) -> bytes:
        return self._keys.identifier_token(client_id, "restriction", restricted, role)

"""The keyed tokens by which records are found: per client and role, as one outlives the other."""

from collections.abc import Iterator
from uuid import UUID

from telecom_privacy.keys.service import KeyService
from telecom_privacy.numbers import NumberReader
from telecom_privacy.scope import Role


class RecordTokens:
    """All methods raise `KeyDestroyed` once that part of the client's key tree is gone."""

    def __init__(self, keys: KeyService, numbers: NumberReader) -> None:
        self._keys = keys
        self._numbers = numbers

    def record(self, client_id: UUID, role: Role, category: str, external_id: str) -> bytes:
        """A category has no slash, so no two records have one token."""
        return self._token(client_id, role, "record", f"{category}/{external_id}")

    def subject(
        self, client_id: UUID, role: Role, category: str, subject: str
    ) -> tuple[bytes, int]:
        """The token to store, and its key's generation. A number is found however it is written."""
        index = self._keys.subjects.index(role, client_id, category)
        return index.token(self._numbers.normal(subject)), index.generation

    def subjects(self, client_id: UUID, role: Role, category: str, subject: str) -> list[bytes]:
        """All tokens that records of the category may have for a subject."""
        normal = self._numbers.normal(subject)
        indexes = self._keys.subjects.indexes(role, client_id, category)
        return [index.token(normal) for index in indexes]

    def same_subject(self, one: str | None, other: str | None) -> bool:
        """Whether two records are about the same, or both about nobody."""
        return self._numbers.normal(one or "") == self._numbers.normal(other or "")

    def consent(
        self, client_id: UUID, role: Role, purpose: str, licence: str | None, subject: str | None
    ) -> bytes:
        """What a consent covers: a licence if it names one, else a subject, else the client."""
        about = f"subject/{self._numbers.normal(subject)}" if subject else "client"
        covered = f"licence/{licence}" if licence else about
        return self._token(client_id, role, "consent", f"{purpose}/{covered}")

    def covering(
        self, client_id: UUID, role: Role, purpose: str, licence: str | None, subject: str | None
    ) -> Iterator[bytes]:
        """The tokens of all consents that a record of this licence and subject may rest on."""
        if licence:
            yield self.consent(client_id, role, purpose, licence, None)
        if subject:
            yield self.consent(client_id, role, purpose, None, subject)
        yield self.consent(client_id, role, purpose, None, None)

    def rotation(self) -> int:
        """See `KeyService.rotation`."""
        return self._keys.rotation()

    def _token(self, client_id: UUID, role: Role, kind: str, value: str) -> bytes:
        return self._keys.identifier_token(client_id, kind, value, role)

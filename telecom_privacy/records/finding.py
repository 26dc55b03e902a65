"""Finding a record that a caller may reach."""

from collections.abc import Iterator

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Gone, KeyDestroyed, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.model import RESERVED, StoredRecord, Tombstone
from telecom_privacy.records.permissions import Deed, require, roles_for
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.scope import Role


class RecordFinder:
    """Looks among the records in whose roles the caller may do what it wants to do."""

    def __init__(
        self,
        repository: RecordRepository,
        tokens: RecordTokens,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._tokens = tokens
        self._catalogue = catalogue
        self._clock = clock

    def find(
        self, access: Access, deed: Deed, client: Client, category: str, external_id: str
    ) -> StoredRecord:
        """Return a record that `access` may do something with.

        Raises `NotFound`, `Forbidden`, and `Gone` for one that was erased; its term is not judged.
        """
        self.roles(access, deed, client, category)
        found = self.look_for(access, deed, client, category, external_id)
        if found is None:
            raise NotFound("record")
        if isinstance(found, Tombstone):
            raise Gone("this record was erased")
        return found

    def token(self, client: Client, role: Role, category: str, external_id: str) -> bytes:
        """Return the id of a record's document, whether there is one or not."""
        return self._tokens.record(client.id, role, category, external_id)

    def look_for(
        self, access: Access, deed: Deed, client: Client, category: str, external_id: str
    ) -> StoredRecord | Tombstone | None:
        """Like `find`, but None for what does not exist and what `access` may not see.

        Raises `Gone` where all that there could be went with the client's contract or keys.
        """
        gone: Gone | KeyDestroyed | None = None
        for role in self._roles(access, deed, client, category):
            try:
                if role is Role.PROCESSOR:
                    client.require_hosted(self._clock.now())
                token = self.token(client, role, category, external_id)
            except (Gone, KeyDestroyed) as error:
                gone = error
                continue
            found = self._repository.fetch(client.scope(role), token)
            if found and access.may_see_licence(found.licence_id):
                return found
        if gone:
            raise Gone("this record was erased") from gone
        return None

    def roles(self, access: Access, deed: Deed, client: Client, category: str) -> list[Role]:
        """In which roles `access` may do something with records of the category.

        Raises `NotFound`, or `Forbidden`, if in none.
        """
        if found := list(self._roles(access, deed, client, category)):
            return found
        kept = self._kept_roles(client, category)
        require(access, deed, kept[0] if kept else None)
        raise NotFound("record")

    def _roles(self, access: Access, deed: Deed, client: Client, category: str) -> Iterator[Role]:
        allowed = roles_for(access, deed)
        return (r for r in self._kept_roles(client, category) if r in allowed)

    def _kept_roles(self, client: Client, category: str) -> list[Role]:
        return [] if category in RESERVED else self._catalogue.kept_roles(client, category)

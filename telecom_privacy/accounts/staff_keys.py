"""API keys that a client makes for its own staff, limited to some of its licences."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from telecom_privacy.accounts.model import ApiKey, DescribedKey
from telecom_privacy.accounts.repository import ApiKeyRepository
from telecom_privacy.accounts.service import AccountService, key_position
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, Invalid, NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import Position, page_oldest_first

MOST_LIVE = 1000


class StaffKeys:
    """A key for the whole client makes, lists and revokes keys of that client, and of no other.

    Every method raises `Forbidden` for a key that is limited itself.
    """

    def __init__(
        self,
        repository: ApiKeyRepository,
        accounts: AccountService,
        licences: LicenceService,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._accounts = accounts
        self._licences = licences
        self._clock = clock

    def issue(
        self,
        access: Access,
        client: Client,
        label: str,
        licences: Sequence[str],
        expires_at: datetime | None,
    ) -> tuple[ApiKey, str]:
        """Create a key for some licences; returns it and what its holder must send.

        It never outlives the key that asks for it. Raises `Invalid` for a licence that the client
        does not have and for such an end, `Conflict` beyond `MOST_LIVE` keys.
        """
        access.require_whole_client()
        expires_at = self._bounded(access, expires_at)
        now = self._clock.now()
        live = sum(key.is_live(now) for key in self._repository.fetch_of_client(client.id))
        if live >= MOST_LIVE:
            raise Conflict(f"a client has at most {MOST_LIVE} keys: revoke one")
        return self._accounts.issue(
            access.actor, ApiRole.CLIENT, label, client.external_id, licences, expires_at
        )

    def page(
        self, access: Access, client: Client, after: Position | None, limit: int
    ) -> tuple[list[ApiKey], Position | None]:
        """Return a page of the client's keys, oldest first, and where the next one goes on."""
        access.require_whole_client()
        keys = self._repository.fetch_of_client(client.id)
        return page_oldest_first(keys, key_position, after, limit)

    def each(self, client: Client) -> Iterator[DescribedKey]:
        """Yield all keys of a client, also those that are over; nothing is logged."""
        for key in self._repository.fetch_of_client(client.id):
            yield DescribedKey(key, self._accounts.label(key), self.licences_of(client, key))

    def licences_of(self, client: Client, key: ApiKey) -> list[str] | None:
        """The external ids of the licences that a key is limited to; None: it is not limited.

        Licences that were erased since are left out.
        """
        if key.licence_ids is None:
            return None
        scope = client.scope(Role.PROCESSOR)
        return sorted(self._licences.external_ids(scope, key.licence_ids))

    def revoke(self, access: Access, client: Client, key_id: UUID) -> None:
        """Make a key of the client useless everywhere within a second. Raises `NotFound`."""
        access.require_whole_client()
        found = self._repository.fetch(key_id)
        if found is None or found.client_id != client.id:
            raise NotFound("API key")
        self._accounts.revoke(access.actor, key_id)

    def _bounded(self, access: Access, expires_at: datetime | None) -> datetime | None:
        asking = self._repository.fetch(UUID(access.actor))
        latest = asking.expires_at if asking else None
        if latest and expires_at and expires_at > latest:
            raise Invalid({"expires_at": ["lies after the end of the key that asks for it"]})
        return expires_at or latest

"""Whether a package leaves out nothing of what is hosted for its client."""

from telecom_privacy.clients.model import Client
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.scope import Role

_ACTOR = "exports"


class Completeness:
    def __init__(self, restrictions: Restrictions) -> None:
        self._restrictions = restrictions

    def of(self, client: Client, wish: Wish) -> bool:
        """Tell whether neither the wish nor a restriction keeps anything out of a package now.

        Any restriction counts: nobody looks whether what it concerns is still there.
        """
        access = Access(_ACTOR, ApiRole.CLIENT, client.id)
        is_restricted = self._restrictions.may_concern(access, client, Role.PROCESSOR)
        return wish.is_for_everything and not is_restricted

"""Which calls a client's terms let in, and when those fall due that do so soon."""

from collections.abc import Iterable
from datetime import datetime

from telecom_privacy.erasure.schedule import HORIZON, soonest
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role

ROLES = {Category.CALL: Role.PROCESSOR, Category.TRAFFIC: Role.CONTROLLER}
"""The two copies of a call."""


class Lifetime:
    """The terms of a client's calls as they are read at one moment.

    A call is judged only if it may fall due within `HORIZON`, which few of those that come in do.
    """

    def __init__(self, terms: Terms, now: datetime) -> None:
        self._terms = terms
        self._now = now
        self._latest = {
            category: terms.latest_due(category, role, now + HORIZON)
            for category, role in ROLES.items()
        }

    def stores(self, category: Category) -> bool:
        return self._terms.stores(category, ROLES[category], self._now)

    def is_due(self, category: Category, ended_at: datetime) -> bool:
        """Whether the copy of a call that ended then may not be kept any more."""
        at = self._due_at(category, ended_at)
        return at is not None and at <= self._now

    def first_due(self, ended: Iterable[datetime]) -> dict[str, datetime | None]:
        """When the first of some calls falls due, of either copy; None: not within `HORIZON`."""
        times = set(ended)
        return {
            category: soonest(self._due_at(category, ended_at) for ended_at in times)
            for category in ROLES
        }

    def _due_at(self, category: Category, ended_at: datetime) -> datetime | None:
        latest = self._latest[category]
        if latest is None or ended_at > latest:
            return None
        return self._terms.verdict(category, ROLES[category], ended_at).due_at

"""Which records are due, for sweeps and previews."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from telecom_privacy.clients.model import Client
from telecom_privacy.erasure.model import DueItem
from telecom_privacy.policies.due import Terms
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import months_between

DueClient = Callable[[Client, Terms, datetime], Iterator[DueItem]]


class DueAfterItsRecords:
    """The client itself, after the last record that the operator keeps of it as controller.

    Accounts and proofs may be kept for longer than the client (RULES RET-13, RET-14); without it
    nobody could open them, nor tell when their own term is over.
    """

    def __init__(self, repository: RecordRepository, due: DueClient) -> None:
        self._repository = repository
        self._due = due

    def __call__(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the client once its own term and that of all its records are over at `now`."""
        for item in self._due(client, terms, now):
            if not self._keeps_records(client, terms, now):
                yield item

    def _keeps_records(self, client: Client, terms: Terms, now: datetime) -> bool:
        role = Role.CONTROLLER
        kept = self._repository.fetch_kept(client.scope(role))
        verdicts = (terms.verdict(one.category, role, one.occurred_at, one.events) for one in kept)
        return any(not verdict.is_due(now) for verdict in verdicts)


class DueRecords:
    """The records of one category and role (`retention.sources.DueSource`)."""

    def __init__(self, repository: RecordRepository, category: str, role: Role) -> None:
        self._repository = repository
        self._category = category
        self._role = role

    def __call__(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the records whose term is over at `now`, those first that no event ended."""
        reach = terms.reach(self._category, self._role, now)
        scope = client.scope(self._role)
        months = partial(months_between, client.started_on, now)
        for one in self._repository.fetch_due(scope, self._category, reach, months):
            verdict = terms.verdict(self._category, self._role, one.occurred_at, one.events)
            if verdict.due_at is not None and verdict.due_at <= now:
                rule, action = verdict.rule_id or "", verdict.action
                yield DueItem(one.items[0], verdict.due_at, rule, action, one.items[1:])

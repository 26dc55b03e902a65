"""The registers, generated from the policies in force, the clients and the list of recipients."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from telecom_privacy.activities.model import Activity, Register, ServedClient
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.model import PolicyVersion, Rule
from telecom_privacy.recipients.service import RecipientService
from telecom_privacy.scope import Role

Versions = Mapping[str, PolicyVersion]
"""The versions in force of the policies in use, by the policies' names."""


class ActivityService:
    def __init__(
        self,
        clients: ClientService,
        recipients: RecipientService,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._recipients = recipients
        self._changes = changes
        self._clock = clock

    def whole(self, access: Access) -> Register:
        """Return the operator's register, and log that it was read.

        Its processor table is of the clients that something is hosted for; only the DPO is told
        which they are. Opens every client once.
        """
        now, operator = self._clock.now(), self._clients.operator()
        used: dict[str, PolicyVersion] = {}
        hosting: dict[str, PolicyVersion] = {}
        served: list[ServedClient] = []
        for client in self._clients.all():
            policy = client.history.policy_in_force(now)
            used[policy] = version = client.terms.version_in_force(now)
            if not client.is_operator and not client.hosts_nothing(now):
                hosting[policy] = version
                served.append(_served(client, policy))
        self._changes.append("register.read", access, operator.id, {"clients": len(served)})
        return Register(
            as_of=now,
            controller=_activities(used, Role.CONTROLLER),
            processor=_activities(hosting, Role.PROCESSOR),
            recipients=self._recipients.on(None),
            client_count=len(served),
            clients=served if access.role is ApiRole.DPO else None,
        )

    def of_client(self, access: Access, client: Client) -> Register:
        """Return what is done with one client's data, under what it agreed; log that it was read.

        Raises `Forbidden` for a key that is limited to some licences, and `Conflict` for the
        operator itself.
        """
        access.require_whole_client()
        client.require_customer()
        now = self._clock.now()
        policy = client.history.policy_in_force(now)
        versions = {policy: client.terms.version_in_force(now)}
        hosted = {} if client.hosts_nothing(now) else versions
        agreed: Mapping[str, Duration] = self._clients.in_force(client)["terms"]
        self._changes.append("register.read", access, client.id, {})
        return Register(
            as_of=now,
            controller=_activities(versions, Role.CONTROLLER),
            processor=[
                replace(one, agreed=agreed.get(one.category))
                for one in _activities(hosted, Role.PROCESSOR)
            ],
            recipients=self._recipients.on(None),
            client_count=1,
            clients=[_served(client, policy)],
        )


def _served(client: Client, policy: str) -> ServedClient:
    details = client.details
    contact = details.get("contact")
    known = {str(k): str(v) for k, v in contact.items()} if isinstance(contact, dict) else None
    return ServedClient(client.external_id, str(details["name"]), policy, known)


def _activities(versions: Versions, role: Role) -> list[Activity]:
    """One for each purpose and category; policies that say the same of it share it."""
    policies: defaultdict[tuple[str, str, tuple[Rule, ...]], list[str]] = defaultdict(list)
    for policy, version in sorted(versions.items()):
        for (purpose, category), rules in _grouped(version.rules, role):
            policies[purpose, category, rules].append(policy)
    found = [
        Activity(purpose, category, tuple(names), rules)
        for (purpose, category, rules), names in policies.items()
    ]
    return sorted(found, key=lambda one: (one.purpose, one.category, one.policies))


def _grouped(
    rules: Iterable[Rule], role: Role
) -> Iterator[tuple[tuple[str, str], tuple[Rule, ...]]]:
    found: defaultdict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.enabled and rule.role is role:
            found[rule.purpose, rule.category].append(rule)
    return ((place, tuple(same)) for place, same in found.items())

"""The four sides, each on databases of its own with the same calls."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from telecom_privacy.bench.http import Remote
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.field_encryption import encrypted_side
from telecom_privacy.bench.opponents.plain import PlainSide, plain_side
from telecom_privacy.bench.opponents.server import document_bytes
from telecom_privacy.bench.roles.http_side import HttpSide
from telecom_privacy.bench.roles.mixes import LOGGED
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.roles.steps import Side
from telecom_privacy.bench.roles.world import World
from telecom_privacy.bench.service import own_databases, own_services, running_services
from telecom_privacy.bench.service_process import served
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.bootstrap import Services

WORKERS = 2
_THREADS = 32
_CALLS, _FEW_CALLS = 4_000, 48
_LICENCES, _FEW_LICENCES = 64, 4


@dataclass(frozen=True, slots=True)
class Stage:
    """All sides hold what the world knows; `tenant` is that of side C."""

    tenant: Tenant
    world: World
    sides: Sequence[Side]


@contextmanager
def all_sides(plan: Plan) -> Iterator[Stage]:
    """Yield the sides."""
    calls, licences = (_FEW_CALLS, _FEW_LICENCES) if plan.quick else (_CALLS, _LICENCES)
    world = World(plan.seed, calls, licences, datetime.now(UTC))
    with ExitStack() as stack:
        tenant = _tenant(stack.enter_context(own_services(plan)), world)
        size = document_bytes(tenant.services.databases.bulk, "calls")
        plain = stack.enter_context(plain_side(plan, size))
        encrypted = stack.enter_context(encrypted_side(plan, size))
        for opponent in (plain, encrypted):
            _fill(opponent, world)
        remote, keys_of = stack.enter_context(_served(plan, world))
        sides: list[Side] = [plain, encrypted, ServiceSide(tenant)]
        sides.append(HttpSide(remote, keys_of.keys, keys_of.path))
        for call_id in world.bury_some():
            for side in sides:
                side.delete(call_id)
        yield Stage(tenant, world, sides)


def _tenant(services: Services, world: World) -> Tenant:
    tenant = new_tenant(services, [f"licence-{number}" for number in range(world.licences)])
    tenant.load(world.all_calls())
    tenant.object(world.objectors())
    ServiceSide(tenant).fill_log(LOGGED)
    return tenant


def _fill(side: PlainSide, world: World) -> None:
    side.load(world.all_calls())
    side.load_log(LOGGED)
    for number in world.objectors():
        side.object(number)


@contextmanager
def _served(plan: Plan, world: World) -> Iterator[tuple[Remote, Tenant]]:
    settings = own_databases(plan)
    with running_services(settings) as services:
        tenant = _tenant(services, world)
    with served(replace(settings, workers=WORKERS, threads=_THREADS)) as remote:
        yield remote, tenant

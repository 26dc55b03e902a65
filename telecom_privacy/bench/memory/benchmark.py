"""`bench memory`."""

from collections.abc import Sequence

from telecom_privacy.bench.memory import work
from telecom_privacy.bench.memory.figures import curve, measurements
from telecom_privacy.bench.memory.stage import load_due, refer_often
from telecom_privacy.bench.memory.watch import Sample, watched
from telecom_privacy.bench.memory.work import Worker
from telecom_privacy.bench.micro.recordings import Recordings
from telecom_privacy.bench.model import Benchmark, Measurement, Option, Outcome, Plan
from telecom_privacy.bench.service import own_databases, running_services
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.http.access import ApiRole

_MEGABYTES, _FEW_MEGABYTES = 1_024, 8
_EXPORTED = 10
_PARTS = 16
_RECORDS, _FEW_RECORDS = 1_000_000, 300
_LOADING_SECONDS, _SWEEPING_SECONDS = 180.0, 60.0
_SECONDS = 120.0
"""What takes longer is broken off, and how far it came is told: the whole is bounded."""

_LICENCES = ("licence-0",)

Watched = dict[str, list[Sample]]

_REMARKS = (
    "Each worker is a process that begins, does one thing over the application's routes and ends; "
    "its memory is looked at every 50 ms, interpreter and libraries included.",
    "The exported recordings are one that many calls refer to: it is read from the store, opened "
    "and sent as often as there are calls.",
    "The due records are the operator's own copies of calls, sealed as an ingest does; all of them "
    "wait while some are swept.",
    "What takes two minutes, or a sweep one, is broken off: so much of it was done.",
)


def run(plan: Plan) -> Outcome:
    """Raises `WrongAnswer`."""
    megabytes = _asked(plan, "megabytes", _FEW_MEGABYTES if plan.quick else _MEGABYTES)
    records = _asked(plan, "records", _FEW_RECORDS if plan.quick else _RECORDS)
    settings = own_databases(plan)
    with running_services(settings) as services:
        tenant = new_tenant(services, _LICENCES)
        found = _export(plan, tenant, megabytes) | _streams(plan, tenant, megabytes)
        found |= _sweep(plan, tenant, records)
    told: list[Measurement] = []
    for name, samples in found.items():
        told += measurements(name, samples)
    return Outcome(tuple(told), curves=(curve(found),), remarks=_REMARKS)


def _export(plan: Plan, tenant: Tenant, megabytes: int) -> Watched:
    plan.say("an export")
    part, whole = max(1, megabytes // _PARTS), _EXPORTED * megabytes
    refer_often(tenant, part, whole // part)
    worker = _worker(tenant, ApiRole.CLIENT)
    samples = watched(_SECONDS, work.export, worker, f"{tenant.path}/exports")
    return {_told(samples, whole, "MB exported"): samples}


def _streams(plan: Plan, tenant: Tenant, megabytes: int) -> Watched:
    call_id = Recordings(tenant, plan.seed, "streamed").new_call()
    path = f"{tenant.path}/calls/{call_id}/recording"
    plan.say("a recording that streams in")
    platform, client = (_worker(tenant, role) for role in (ApiRole.PLATFORM, ApiRole.CLIENT))
    taken = watched(_SECONDS, work.take_in, platform, path, megabytes)
    found = {_told(taken, megabytes, "MB recorded"): taken}
    if taken[-1].done == megabytes:
        plan.say("a recording that streams out")
        given = watched(_SECONDS, work.give_out, client, path)
        found[_told(given, megabytes, "MB played")] = given
    return found


def _sweep(plan: Plan, tenant: Tenant, records: int) -> Watched:
    plan.say("due records")
    loaded = load_due(tenant, records, _LOADING_SECONDS)
    plan.say("a sweep")
    samples = watched(_SWEEPING_SECONDS, work.sweep, tenant.services.settings, loaded)
    return {_told(samples, loaded, "due records swept"): samples}


def _told(samples: Sequence[Sample], whole: int, what: str) -> str:
    return f"{int(samples[-1].done):,} of {whole:,} {what}"


def _worker(tenant: Tenant, role: ApiRole) -> Worker:
    return Worker(tenant.services.settings, tenant.keys[role])


def _asked(plan: Plan, name: str, default: int) -> int:
    return plan.given.get(name, (default,))[0]


MEMORY = Benchmark(
    "memory",
    "what a worker holds of long streams, large exports and much that is due",
    run,
    (Option("megabytes", "MB in and out; ten times as many exported"), Option("records", "due")),
)

"""`bench memory`."""

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
_LICENCES = ("licence-0",)
Watched = dict[str, list[Sample]]

_REMARKS = (
    "Each worker is a process that begins, does one thing over the application's routes and ends; "
    "its memory is looked at every 50 ms, interpreter and libraries included.",
    "The exported recordings are one that many calls refer to: it is read from the store, opened "
    "and sent as often as there are calls.",
    "The due records are the operator's own copies of calls, sealed as an ingest does. They are "
    "swept for a minute at most, with all the others waiting.",
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
    return {f"{whole:,} MB exported": watched(work.export, worker, f"{tenant.path}/exports")}


def _streams(plan: Plan, tenant: Tenant, megabytes: int) -> Watched:
    call_id = Recordings(tenant, plan.seed, "streamed").new_call()
    path = f"{tenant.path}/calls/{call_id}/recording"
    plan.say("a recording that streams in")
    taken = watched(work.take_in, _worker(tenant, ApiRole.PLATFORM), path, megabytes)
    plan.say("a recording that streams out")
    given = watched(work.give_out, _worker(tenant, ApiRole.CLIENT), path)
    return {f"{megabytes:,} MB recorded": taken, f"{megabytes:,} MB played": given}


def _sweep(plan: Plan, tenant: Tenant, records: int) -> Watched:
    plan.say("due records")
    loaded = load_due(tenant, records, _LOADING_SECONDS)
    plan.say("a sweep")
    samples = watched(work.sweep, tenant.services.settings, loaded, _SWEEPING_SECONDS)
    return {f"{int(samples[-1].done):,} of {loaded:,} due records swept": samples}


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

"""`bench micro`."""

from collections.abc import Iterator

from telecom_privacy.bench.micro.batches import LICENCES, Batches, measure_batches
from telecom_privacy.bench.micro.exports import measure_exports
from telecom_privacy.bench.micro.log import measure_log
from telecom_privacy.bench.micro.processor import measure_processor
from telecom_privacy.bench.micro.ranges import measure_ranges
from telecom_privacy.bench.micro.recordings import Recordings
from telecom_privacy.bench.micro.small_records import measure_small_records
from telecom_privacy.bench.micro.streaming import measure_streaming
from telecom_privacy.bench.micro.uploads import measure_space, measure_uploads
from telecom_privacy.bench.model import Benchmark, Measurement, Outcome, Plan
from telecom_privacy.bench.opponents.command_times import CommandTimes, command_times
from telecom_privacy.bench.service import own_services
from telecom_privacy.bench.tenant import new_tenant
from telecom_privacy.bootstrap import Services

_REMARKS = (
    "Bare AES-GCM encrypts one block that is in the cache into one buffer that is, too: it gathers "
    "no pieces, derives no key and keeps nothing, which no store can do.",
    "Tink encrypts the same format in the same segments; its Python hands each piece through "
    "layers that copy it, which its C++, Java and Go do not.",
    "GridFS keeps the bytes in clear, in chunks of about the size of our segments; it hashes, logs "
    "and acknowledges nothing, and asks for no call that they belong to.",
    "Who plays a recording is logged once in five minutes: of the ranges only the first of each "
    "recording is.",
    "Plain inserts are of the very documents that we made before, under new ids: whoever stores "
    "calls has to make them first, and to answer something.",
    "Part of the CPU that an operation adds is pymongo's own, for further commands: how many there "
    "are of each is among the figures of `bench roles`. All sides have their commands listened to.",
    "Sizes are those of documents and indexes as the server counts them, before any compression "
    "of its own, which finds nothing in what is encrypted.",
)


def run(plan: Plan) -> Outcome:
    """Raises `WrongAnswer`."""
    plan.say("ciphers")
    alone = [*measure_streaming(plan), *measure_small_records(plan)]
    with command_times() as times, own_services(plan) as services:
        stored = [*_stored(plan, services), *_processor(plan, services, times)]
    return Outcome(measurements=(*alone, *stored), remarks=_REMARKS)


def _stored(plan: Plan, services: Services) -> Iterator[Measurement]:
    """What needs the store. The space is measured first of all, before others write there."""
    tenant = new_tenant(services, [f"licence-{number}" for number in range(LICENCES)])
    batches = Batches(tenant, plan.seed)
    plan.say("calls in batches")
    yield from measure_batches(plan, tenant, batches)
    plan.say("exports")
    yield from measure_exports(plan, tenant, batches.made)
    recordings = Recordings(tenant, plan.seed)
    plan.say("recordings uploaded")
    yield measure_space(plan, services, recordings)
    yield from measure_uploads(plan, recordings)
    plan.say("recordings read by range")
    yield from measure_ranges(plan, recordings)
    plan.say("audit log")
    yield measure_log(plan, services.audit)


def _processor(plan: Plan, services: Services, times: CommandTimes) -> list[Measurement]:
    plan.say("CPU per operation")
    return measure_processor(plan, services, times)


MICRO = Benchmark("micro", "single acts: ciphers, uploads, batches, exports, the log", run)

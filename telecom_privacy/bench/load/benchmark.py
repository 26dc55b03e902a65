"""`bench load`."""

import time
from dataclasses import dataclass, replace
from itertools import count

from telecom_privacy.bench.http import Remote
from telecom_privacy.bench.load.asking import Asker
from telecom_privacy.bench.load.figures import delay_curve, served_curve, tables
from telecom_privacy.bench.load.ingest import measure_ingest
from telecom_privacy.bench.load.mix import Mix
from telecom_privacy.bench.load.platform import Platform
from telecom_privacy.bench.load.portal import PLAYED, Portal
from telecom_privacy.bench.load.proof import prove
from telecom_privacy.bench.load.ramp import highest_rate, ramp, require_right, saturated
from telecom_privacy.bench.load.stock import Stock
from telecom_privacy.bench.model import Benchmark, Outcome, Plan
from telecom_privacy.bench.service import own_databases, running_services
from telecom_privacy.bench.service_process import served
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.http.access import ApiRole
from telecom_privacy.settings import Settings

WORKERS, THREADS = 2, 16
_APPLICATION = "telecom_privacy.bench.load.timed_service:application()"
_CALLS, _FEW_CALLS = 2_000, 60
_PLAYED, _FEW_PLAYED = 16, 2
_REMARKS = (
    "Of 100 questions 65 are a portal's (35 a call by its id, 14 a piece of 64 KiB of a recording, "
    "8 the newest 20 calls of a licence, 8 those of a number) and 35 the platform's (12 a call, 10 "
    "a recording of 160 KiB, 10 whether to record, 3 a batch of 20 calls).",
    "They come at random moments, whether or not earlier ones were answered; a delay counts from "
    "the moment at which a question was to be asked.",
    "Callers, service and database share the machine's cores: a service that has them for itself "
    "answers more. The callers are one Python program; what it uses is stated.",
    "The service is asked to tell how long it waits for the database, which costs it some "
    "microseconds a command.",
    "The highest rate is the most that was answered rightly, before the first round, while the "
    "rate rose until the service fell behind. What is neither right nor a refusal with a time to "
    "come again ends the run.",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A service that stands by on databases of its own, and what it holds."""

    settings: Settings
    tenant: Tenant
    stock: Stock


def run(plan: Plan) -> Outcome:
    """Raises `WrongAnswer`."""
    stage = _stage(plan)
    platform = Platform(stage.stock, stage.tenant.path)
    seconds, highest_seconds = (1.0, 0.5) if plan.quick else (6.0, 3.0)
    with served(stage.settings, _APPLICATION) as remote:
        asker = _asker(plan, stage, remote, platform)
        plan.say("highest rate")
        highest = highest_rate(asker.ask_next, highest_seconds, stage.stock.chance(0))
        steps = ramp(plan, asker.ask_next, highest, seconds)
        ingest = measure_ingest(plan, asker, platform)
        plan.say("what was acknowledged is there")
        played = prove(stage.stock, remote, stage.tenant.keys[ApiRole.CLIENT], stage.tenant.path)
    return Outcome(
        measurements=(*tables(steps), *ingest),
        curves=(delay_curve(steps), served_curve(steps)),
        facts={
            "service": f"{WORKERS} workers of {THREADS} threads",
            "what saturates": saturated(list(steps.values())[-1][-1].usage, WORKERS),
            "found as acknowledged": f"{len(stage.stock.written):,} calls, "
            f"{len(stage.stock.audio):,} recordings, {played:,} of them byte for byte",
        },
        remarks=_REMARKS,
    )


def _stage(plan: Plan) -> Stage:
    settings = replace(own_databases(plan), workers=WORKERS, threads=THREADS)
    stock = Stock.of(plan.seed, _FEW_CALLS if plan.quick else _CALLS)
    with running_services(settings) as services:
        tenant = new_tenant(services, stock.licences)
        tenant.load(stock.calls)
    return Stage(settings, tenant, stock)


def _asker(plan: Plan, stage: Stage, remote: Remote, platform: Platform) -> Asker:
    """One that asks the mix, after what is played was handed in."""
    calls = stage.stock.calls[: _FEW_PLAYED if plan.quick else _PLAYED]
    played = {call.id: stage.stock.audio_of(-1 - n) for n, call in enumerate(calls)}
    mix = Mix(Portal(stage.stock, stage.tenant.path, played), platform)
    asker = Asker(remote, stage.tenant.keys, mix.draw, plan.seed, count())
    uploads = [platform.upload(call_id, PLAYED, audio) for call_id, audio in played.items()]
    require_right([asker.ask(question, time.perf_counter()) for question in uploads])
    return asker


LOAD = Benchmark("load", "the service over HTTP at rising rates, until it cannot keep up", run)

"""The main job on a day of calls: handed in, looked for, erased and proven, over real HTTP."""

import signal
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from telecom_privacy import serving
from telecom_privacy.demo.at_rest import megabytes, show_at_rest
from telecom_privacy.demo.day import LAW_OFFICE, DemoCall, calls_of
from telecom_privacy.demo.directory import own_directory
from telecom_privacy.demo.expiry import RECORDINGS, show_expiry
from telecom_privacy.demo.handing_in import SINGLE_CALLS, HandedIn, hand_in_day
from telecom_privacy.demo.process import Command, ServiceProcess, free_port
from telecom_privacy.demo.proofs import show_proofs
from telecom_privacy.demo.reading import show_others, show_own
from telecom_privacy.demo.show import Screen
from telecom_privacy.demo.stage import Stage, set_stage, show_clients
from telecom_privacy.settings import Settings

_OPENING = time_of_day(8)


def run_demo(settings: Settings, keep_serving: bool) -> int:
    """Run the demo in a data directory of its own; returns 0 once everything was shown.

    With `keep_serving` the service takes the configured address and stays until Ctrl-C.
    Raises `ClaimFailed` if something does not hold, `ConfigurationError` if it cannot start.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop everything then, too
    screen, started = Screen(), time.monotonic()
    address = (settings.host, settings.port) if keep_serving else ("127.0.0.1", free_port())
    serving.check_addresses([address])
    with own_directory(settings.data_dir) as directory:
        command = Command(directory, settings.config_dir, *address)
        screen.heading("A day of calls of three clients: handed in, looked for, erased and proven")
        screen.note("starting the service and its embedded database (for evaluation only) ...")
        with ServiceProcess(command) as service:
            stage = set_stage(screen, command, service.caller)
            _show(stage, settings.time_zone, started)
            if keep_serving:
                _keep_serving(stage, service)
    return 0


def _show(stage: Stage, zone: ZoneInfo, started: float) -> None:
    screen = stage.screen
    screen.fact("service", f"http://{stage.nobody.host}:{stage.nobody.port} under gunicorn")
    screen.fact("data", f"{stage.directory} (its own; emptied at every start)")
    show_clients(screen)
    screen.heading("Handing in")
    handed_in = _hand_in(stage, calls_of(_yesterday(zone)))
    earlier = stage.nobody.get("/v1/audit/checkpoint").text
    screen.heading("1  What lies in the database")
    show_at_rest(stage, handed_in)
    screen.heading("2  A client finds and plays its calls")
    show_own(stage, handed_in)
    screen.heading("3  Nobody else does")
    show_others(stage, handed_in)
    screen.heading("4  The end of a term")
    certificate = show_expiry(stage, handed_in)
    screen.heading("5  Proofs, verified offline")
    show_proofs(stage, handed_in, certificate, earlier)
    screen.heading("Summary")
    _summarise(stage, handed_in, started)


def _hand_in(stage: Stage, calls: Sequence[DemoCall]) -> HandedIn:
    recordings = sum(call.audio is not None for call in calls)
    began = time.monotonic()
    progress = stage.screen.progress("calls and audio", len(calls) + recordings)
    handed_in = hand_in_day(stage.platform, calls, progress)
    seconds = time.monotonic() - began
    size = megabytes(handed_in.audio_bytes)
    stage.screen.fact("calls", f"{len(calls)}: {SINGLE_CALLS} one by one, the rest in batches")
    stage.screen.fact("recordings", f"{recordings}, WAV and Ogg/Opus, {size}")
    stage.screen.fact("in", f"{seconds:.1f} s")
    stage.screen.claim("each was acknowledged with a receipt", _all_receipts(handed_in))
    return handed_in


def _all_receipts(handed_in: HandedIn) -> bool:
    return len(handed_in.receipts) == len(handed_in.calls) + len(handed_in.recorded)


def _yesterday(zone: ZoneInfo) -> datetime:
    return datetime.combine(datetime.now(zone).date() - timedelta(days=1), _OPENING, zone)


def _summarise(stage: Stage, handed_in: HandedIn, started: float) -> None:
    screen = stage.screen
    entries = stage.nobody.get("/v1/audit/checkpoint").text.splitlines()[1]
    screen.fact("calls", len(handed_in.calls))
    recordings = f"{len(handed_in.recorded)} ({megabytes(handed_in.audio_bytes)})"
    screen.fact("recordings", f"{recordings}, {RECORDINGS} of them erased")
    screen.fact("log entries", entries)
    screen.fact("time", f"{time.monotonic() - started:.0f} s")
    screen.note("Everything that was claimed was checked, and holds.")


def _keep_serving(stage: Stage, service: ServiceProcess) -> None:
    screen, url = stage.screen, f"http://{stage.nobody.host}:{stage.nobody.port}"
    screen.heading(f"The service goes on at {url}, until Ctrl-C")
    screen.fact("description", f"{url}/docs")
    screen.fact("admin key", stage.directory / "admin.key")
    screen.fact("other keys", stage.directory / "{platform,dpo,<client>}.key")
    screen.note("for example:")
    key = stage.directory / f"{LAW_OFFICE.id}.key"
    screen.note(f'curl -H "Authorization: Bearer $(cat {key})" \\')
    screen.note(f"  '{url}/v1/clients/{LAW_OFFICE.id}/calls?number=0639980001'")
    try:
        service.wait()
    except KeyboardInterrupt:
        screen.note("stopping ...")

"""Wiring calls and their recordings."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.calls.deletion import CallDeletion
from telecom_privacy.calls.drafting import Drafting
from telecom_privacy.calls.index import CallIndex
from telecom_privacy.calls.index_repository import CallIndexRepository
from telecom_privacy.calls.ingest import CallIngest
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.party_erasure import PartyErasure
from telecom_privacy.calls.party_repository import PartyRepository
from telecom_privacy.calls.repository import CALLS
from telecom_privacy.calls.search import CallSearch
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.erasure.recovery import DocumentIntents
from telecom_privacy.erasure.unfinished import Unfinished
from telecom_privacy.numbers import NumberReader
from telecom_privacy.recordings.admission import Admission
from telecom_privacy.recordings.service import RecordingService
from telecom_privacy.recordings.upload import Upload
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases
from telecom_privacy.traffic.index import TrafficIndex
from telecom_privacy.traffic.service import TrafficService


@dataclass(frozen=True)
class Calls:
    """Calls and the operator's own copies of them."""

    opener: CallOpener
    calls: CallService
    search: CallSearch
    deletion: CallDeletion
    traffic: TrafficService
    numbers: NumberReader
    index: CallIndex
    traffic_index: TrafficIndex
    intake: CallIntake
    ingest: CallIngest
    parties: PartyErasure


def build_calls(
    settings: Settings, databases: Databases, core: Core, stored: Stored, parties: Parties
) -> Calls:
    keys, audit, clock = core.keys, core.audit, core.clock
    opener = CallOpener(keys, clock)
    numbers = NumberReader(settings.default_region)
    traffic = TrafficService(stored.traffic, keys, core.restrictions, audit, clock)
    catalogue = Catalogue(clock)
    drafting = Drafting(parties.licences, catalogue, clock)
    index = CallIndex(CallIndexRepository(databases.bulk), keys)
    deletion = CallDeletion(stored.calls, core.eraser, clock)
    search = CallSearch(
        stored.calls, opener, parties.licences, core.restrictions, keys, audit, clock
    )
    replacements = DocumentIntents({CALLS: stored.calls}, core.eraser, stored.withheld)
    return Calls(
        opener=opener,
        calls=CallService(
            stored.calls,
            opener,
            core.versions,
            deletion,
            catalogue,
            core.restrictions,
            audit,
            clock,
        ),
        search=search,
        deletion=deletion,
        traffic=traffic,
        numbers=numbers,
        index=index,
        traffic_index=TrafficIndex(stored.traffic, keys),
        intake=CallIntake(clock, numbers, settings.max_batch_bytes),
        ingest=CallIngest(
            stored.calls,
            traffic,
            opener,
            drafting,
            index,
            keys,
            core.schedule,
            stored.newest_call,
            audit,
            core.signer,
            clock,
        ),
        parties=PartyErasure(
            PartyRepository(databases.bulk),
            stored.calls,
            search,
            opener,
            core.versions,
            Unfinished(keys, replacements, core.eraser, clock),
            deletion,
            index,
            keys,
            ChangeLog(audit, clock),
            clock,
        ),
    )


def build_recordings(
    settings: Settings, core: Core, parties: Parties, calls: Calls
) -> tuple[Admission, Upload, RecordingService]:
    admission = Admission(parties.licences, core.objections, core.clock, settings.time_zone)
    upload = Upload(
        parties.clients,
        calls.calls,
        calls.opener,
        admission,
        core.intake,
        core.keys,
        core.schedule,
        core.notices,
        core.clock,
        settings.max_recording_bytes,
    )
    recordings = RecordingService(
        calls.calls, calls.opener, core.reader, core.keys, core.openings, core.clock
    )
    return admission, upload, recordings

"""Wiring the repositories, and who removes their data."""

from collections.abc import Mapping
from dataclasses import dataclass

from telecom_privacy.accounts.repository import API_KEYS, ApiKeyRepository
from telecom_privacy.calls.erasers import CallEraser, RecordingEraser
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.repository import (
    CLIENTS,
    LICENCES,
    ClientRepository,
    LicenceRepository,
)
from telecom_privacy.clients.stated_repository import PROFESSION, StatedProfessionRepository
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.copies import EXPORT
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.schedule_repository import ScheduleRepository
from telecom_privacy.erasure.versions import PARTY, VERSION, ReplacedVersions
from telecom_privacy.erasure.withheld import WITHHELD, DataEraser
from telecom_privacy.holds.eraser import WithheldEraser
from telecom_privacy.holds.repository import HoldRepository
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.notices.model import WEBHOOK
from telecom_privacy.notices.repository import DeliveryRepository, WebhookRepository
from telecom_privacy.notices.service import Notices
from telecom_privacy.objections.repository import ObjectionRepository
from telecom_privacy.persons.model import PERSON_ERASURE
from telecom_privacy.persons.repository import ErasureRequestRepository
from telecom_privacy.policies.model import Category
from telecom_privacy.records.erasers import RecordEraser
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.restrictions.repository import RestrictionRepository
from telecom_privacy.reversibility.erasers import ExportEraser
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.rights.repository import ForwardedRepository
from telecom_privacy.settings import Settings
from telecom_privacy.statistics.repository import StatisticsRepository
from telecom_privacy.storage.mongo import Databases
from telecom_privacy.storage.newest_call import NewestCall
from telecom_privacy.storage.segments import SegmentStore
from telecom_privacy.traffic.repository import TrafficRepository
from telecom_privacy.transparency.repository import TransparencyRepository


@dataclass(frozen=True)
class Stored:
    """The repositories of the data, and of what decides about it: that lies with the audit log."""

    erasures: ErasureRepository
    schedule: ScheduleRepository
    newest_call: NewestCall
    holds: HoldRepository
    withheld: WithheldRepository
    clients: ClientRepository
    licences: LicenceRepository
    professions: StatedProfessionRepository
    api_keys: ApiKeyRepository
    calls: CallRepository
    traffic: TrafficRepository
    records: RecordRepository
    segments: SegmentStore
    statistics: StatisticsRepository
    transparency: TransparencyRepository
    exports: ExportRepository
    forwarded: ForwardedRepository
    webhooks: WebhookRepository
    deliveries: DeliveryRepository
    restrictions: RestrictionRepository
    objections: ObjectionRepository
    person_erasures: ErasureRequestRepository


def build_stored(settings: Settings, databases: Databases) -> Stored:
    bulk, audit = databases.bulk, databases.audit
    return Stored(
        erasures=ErasureRepository(audit),
        schedule=ScheduleRepository(bulk),
        newest_call=NewestCall(bulk),
        holds=HoldRepository(audit),
        withheld=WithheldRepository(bulk, dict.fromkeys((CLIENTS, LICENCES, API_KEYS), audit)),
        clients=ClientRepository(audit),
        licences=LicenceRepository(audit),
        professions=StatedProfessionRepository(audit),
        api_keys=ApiKeyRepository(audit),
        calls=CallRepository(bulk, settings.tombstone_time),
        traffic=TrafficRepository(bulk),
        records=RecordRepository(bulk, settings.tombstone_time),
        segments=SegmentStore(bulk),
        statistics=StatisticsRepository(bulk),
        transparency=TransparencyRepository(bulk),
        exports=ExportRepository(bulk),
        forwarded=ForwardedRepository(bulk),
        webhooks=WebhookRepository(audit),
        deliveries=DeliveryRepository(bulk),
        restrictions=RestrictionRepository(audit),
        objections=ObjectionRepository(audit),
        person_erasures=ErasureRequestRepository(audit),
    )


class _DataErasers(dict[str, DataEraser]):
    """By category; any that is not named is one of the generic records."""

    def __init__(self, named: Mapping[str, DataEraser], records: RecordEraser) -> None:
        super().__init__(named)
        self._records = records

    def __missing__(self, category: str) -> DataEraser:
        return self._records


def data_erasers(stored: Stored, notices: Notices, clock: Clock) -> Mapping[str, DataEraser]:
    """Who removes the data of an erasure, by category."""
    named: Mapping[str, DataEraser] = {
        Category.RECORDING: RecordingEraser(stored.calls, stored.segments),
        Category.CALL: CallEraser(stored.calls),
        Category.TRAFFIC: stored.traffic,
        Category.LICENCE: stored.licences,
        Category.CLIENT: stored.clients,
        PROFESSION: stored.professions,
        EXPORT: ExportEraser(stored.exports, stored.segments, notices, clock),
        VERSION: ReplacedVersions(stored.withheld),
        PARTY: ReplacedVersions(stored.withheld),
        PERSON_ERASURE: stored.person_erasures,
        WITHHELD: WithheldEraser(stored.withheld, stored.segments),
        WEBHOOK: stored.webhooks,
    }
    return _DataErasers(named, RecordEraser(stored.records, stored.segments))

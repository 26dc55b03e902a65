"""Wiring the generic records."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.numbers import NumberReader
from telecom_privacy.records.about import RecordsAbout
from telecom_privacy.records.attaching import ContentAttaching
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.consent import Consents
from telecom_privacy.records.consent_proof import ConsentProofs
from telecom_privacy.records.content import RecordContent
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.drafting import RecordDrafting
from telecom_privacy.records.events import RecordEvents
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.index import SubjectIndex
from telecom_privacy.records.instructions import DocumentedInstructions
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.kept_content import KeptContent
from telecom_privacy.records.kept_files import KeptFiles
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.reading import RecordReader
from telecom_privacy.records.refusals import Refusals
from telecom_privacy.records.search import RecordSearch
from telecom_privacy.records.service import RecordService
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.records.upload import RecordUpload
from telecom_privacy.records.writing import RecordWriter
from telecom_privacy.settings import Settings


@dataclass(frozen=True)
class Records:
    """The generic records of all categories that policies declare."""

    catalogue: Catalogue
    finder: RecordFinder
    subjects: SubjectIndex
    service: RecordService
    deletion: RecordDeletion
    consents: Consents
    proofs: ConsentProofs
    writer: RecordWriter
    reader: RecordReader
    search: RecordSearch
    events: RecordEvents
    upload: RecordUpload
    content: RecordContent
    instructions: DocumentedInstructions
    kept: KeptRecords
    kept_content: KeptContent
    kept_files: KeptFiles
    about: RecordsAbout

    @property
    def services(self) -> tuple[object, ...]:
        """What routes look up."""
        return (
            self.service,
            self.writer,
            self.reader,
            self.search,
            self.events,
            self.upload,
            self.content,
            self.instructions,
        )


def build_records(settings: Settings, core: Core, stored: Stored, parties: Parties) -> Records:
    clock, records = core.clock, stored.records
    changes = ChangeLog(core.audit, clock)
    catalogue = Catalogue(clock)
    numbers = NumberReader(settings.default_region)
    tokens = RecordTokens(core.keys, numbers)
    opener = RecordOpener(core.keys, clock)
    finder = RecordFinder(records, tokens, catalogue, clock)
    reader = RecordReader(finder, catalogue, opener, core.restrictions, changes, clock)
    drafting = RecordDrafting(tokens, parties.licences, core.audit, core.signer, clock)
    proofs = ConsentProofs(
        records, parties.clients, drafting, opener, core.versions, core.schedule, clock
    )
    deletion = RecordDeletion(records, proofs, core.eraser, clock)
    consents = Consents(
        records, parties.clients, catalogue, tokens, opener, deletion, core.schedule, clock
    )
    refusals = Refusals(records, parties.clients, clock, settings.tombstone_time)
    writer = RecordWriter(
        records,
        catalogue,
        drafting,
        opener,
        consents,
        proofs,
        core.versions,
        core.schedule,
        clock,
    )
    attaching = ContentAttaching(records, opener, core.intake, changes)
    kept = KeptRecords(
        records, catalogue, tokens, drafting, opener, core.versions, core.schedule, clock
    )
    return Records(
        catalogue=catalogue,
        finder=finder,
        subjects=SubjectIndex(records, core.keys, numbers),
        service=RecordService(records, finder, deletion, consents, refusals, clock),
        deletion=deletion,
        consents=consents,
        proofs=proofs,
        writer=writer,
        reader=reader,
        search=RecordSearch(
            records,
            finder,
            reader,
            opener,
            tokens,
            parties.licences,
            core.restrictions,
            changes,
            clock,
        ),
        events=RecordEvents(
            records,
            catalogue,
            finder,
            opener,
            consents,
            proofs,
            deletion,
            core.schedule,
            changes,
            clock,
        ),
        upload=RecordUpload(
            parties.clients, catalogue, finder, opener, attaching, settings.max_recording_bytes
        ),
        content=RecordContent(opener, reader, core.openings, clock),
        about=RecordsAbout(records, parties.clients, core.keys, tokens, opener, clock),
        instructions=DocumentedInstructions(
            records,
            tokens,
            opener,
            writer,
            core.restrictions,
            changes,
            clock,
            settings.time_zone,
        ),
        kept_content=KeptContent(records, deletion, clock),
        kept=kept,
        kept_files=KeptFiles(kept, catalogue, opener, attaching, settings.max_recording_bytes),
    )

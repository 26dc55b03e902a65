"""Wiring lawful disclosure."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.calls import Calls
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.disclosure.approval import Approval
from telecom_privacy.disclosure.case_files import CaseFiles
from telecom_privacy.disclosure.filing import Filing
from telecom_privacy.disclosure.handing_over import HandingOver
from telecom_privacy.disclosure.intake import OrderIntake
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.reading import Requisitions
from telecom_privacy.disclosure.recipients import Recipients
from telecom_privacy.disclosure.references import References
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.second_person import SecondPerson
from telecom_privacy.disclosure.service import RequisitionService
from telecom_privacy.disclosure.views import RequisitionViews
from telecom_privacy.disclosure.whole_clients import WholeClients
from telecom_privacy.legal_bases.files import load_legal_bases
from telecom_privacy.legal_bases.model import TextsOfLaw
from telecom_privacy.legal_bases.service import LegalBases
from telecom_privacy.settings import Settings
from telecom_privacy.transparency.tallying import Tallying


@dataclass(frozen=True)
class Disclosure:
    """Requisitions: their register, what legal staff do with them, the texts of law."""

    bases: LegalBases
    tallying: Tallying
    law: ApplicableLaw
    register: Register
    files: CaseFiles
    service: RequisitionService
    filing: Filing
    handing_over: HandingOver
    reading: Requisitions
    views: RequisitionViews
    second: SecondPerson

    @property
    def services(self) -> tuple[object, ...]:
        """What routes look up."""
        return (self.bases, self.service, self.filing, self.handing_over, self.reading, self.views)


def build_disclosure(
    settings: Settings,
    core: Core,
    stored: Stored,
    parties: Parties,
    calls: Calls,
    records: Records,
) -> Disclosure:
    clients, clock, zone = parties.clients, core.clock, settings.time_zone
    bases = LegalBases(_texts(settings), clock, zone)
    law = ApplicableLaw(bases, clock, zone)
    tallying = Tallying(stored.transparency, bases, clock, zone)
    register = Register(clients, records.kept, ChangeLog(core.audit, clock), tallying)
    references = References(register, clients, records.kept, clock)
    files = CaseFiles(clients, records.kept, records.kept_files, records.kept_content, clock)
    whole_clients = WholeClients(clients, parties.licences)
    intake = OrderIntake(bases, whole_clients, calls.numbers, Recipients(clock), clock, zone)
    reading, second = Requisitions(register, law, clock), SecondPerson(parties.accounts)
    approval = Approval(law, second, whole_clients)
    return Disclosure(
        bases=bases,
        tallying=tallying,
        law=law,
        register=register,
        files=files,
        service=RequisitionService(
            register, intake, law, approval, second, files, references, clock
        ),
        filing=Filing(register, files, clock),
        handing_over=HandingOver(register, law, files, clock),
        reading=reading,
        views=RequisitionViews(law, reading),
        second=second,
    )


def _texts(settings: Settings) -> TextsOfLaw:
    """None where the operator's configuration has no such file: nothing is disclosed then."""
    if settings.legal_bases_file is None and not settings.legal_bases.exists():
        return TextsOfLaw()
    return load_legal_bases(settings.legal_bases)

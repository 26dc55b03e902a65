"""Wiring the client's view of its own data."""

from telecom_privacy.bootstrap.calls import Calls
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.exports import Exports
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.bootstrap.retention import Retention
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.dashboard.accesses import AccessReport
from telecom_privacy.dashboard.contract import ContractDesk
from telecom_privacy.dashboard.holdings import Holdings
from telecom_privacy.dashboard.overview import PrivacyOverview
from telecom_privacy.dashboard.restricted import RestrictedCounts
from telecom_privacy.dashboard.upcoming import UpcomingDue
from telecom_privacy.settings import Settings


def build_dashboard(
    settings: Settings,
    core: Core,
    parties: Parties,
    calls: Calls,
    records: Records,
    retention: Retention,
    exports: Exports,
) -> tuple[object, ...]:
    """Return what routes look up."""
    holdings = Holdings(
        calls.calls,
        parties.licences,
        records.service,
        retention.sources,
        core.schedule,
        core.clock,
    )
    restricted = RestrictedCounts(core.restrictions, calls.search, records.search)
    desk = ContractDesk(
        parties.clients,
        parties.confirmations,
        exports.service,
        holdings,
        restricted,
        retention.certificates,
        core.clock,
        settings.time_zone,
    )
    overview = PrivacyOverview(
        parties.clients,
        parties.licences,
        holdings,
        restricted,
        UpcomingDue(retention.sources, core.clock, settings.time_zone),
        records.search,
        exports.service,
        core.accesses,
        ChangeLog(core.audit, core.clock),
        core.clock,
    )
    report = AccessReport(core.accesses, parties.accounts, core.audit, core.clock)
    return report, desk, overview

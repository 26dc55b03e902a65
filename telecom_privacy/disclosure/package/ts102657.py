"""The calls as retained data (ETSI TS 102 657, in XML): an extra for readers that know only that.

Its schema is not to be had in public. What is written here has the paths that an independent
reader of the format looks for, but no schema has judged it: the file says so itself.
"""

from collections.abc import Iterator

from telecom_privacy.disclosure.package.formats import e164_digits, generalized, seconds_between
from telecom_privacy.disclosure.package.model import Delivery, DisclosedCall
from telecom_privacy.disclosure.package.ts103120_task import ldid
from telecom_privacy.disclosure.package.xml import (
    Element,
    around,
    element,
    hole,
    text,
)

_NAMESPACE = "http://uri.etsi.org/02657/v1.28.1#/RetainedData"
_NOT_VALIDATED = (
    "NOT SCHEMA-VALIDATED / NON VALIDÉ PAR UN SCHÉMA. An extra: ts103705/response.json is the "
    "reference / Copie de courtoisie : ts103705/response.json fait foi."
)


def message(delivery: Delivery) -> Iterator[bytes]:
    """Yield the message."""
    return around(_root(delivery), _records(delivery), _NOT_VALIDATED)


def _root(delivery: Delivery) -> Element:
    operator = delivery.operator
    request = [
        element("countryCode", operator.country),
        element("authorisedOrganisationID", delivery.authority.name),
        element("requestNumber", delivery.reference),
    ]
    header = [
        element("requestID", request),
        element("cSPID", operator.name),
        element("timeStamp", generalized(delivery.prepared_at)),
    ]
    response = [
        element("responseStatus", [element("responseComplete")]),
        element("responsePayload", [hole()]),
    ]
    message = [
        element("rdHeaderId", ldid(delivery)),
        element("retainedDataHeader", header),
        element("retainedDataPayload", [element("responseMessage", response)]),
    ]
    root = element("retainedDataMessage", message)
    root.set("xmlns", _NAMESPACE)
    return root


def _records(delivery: Delivery) -> Iterator[bytes]:
    for number, call in enumerate(delivery.calls(), start=1):
        yield text(_record(number, call))


def _record(number: int, call: DisclosedCall) -> Element:
    parties = [
        _party("originating-Party", call.caller, call),
        _party("terminating-Party", call.called, call),
    ]
    usage = element("telephonyServiceUsage", [element("partyInformation", parties)])
    payload = element("recordPayload", [element("telephonyRecord", [usage])])
    return element("ResponseRecord", [element("recordNumber", str(number)), payload])


def _party(role: str, party: str | None, call: DisclosedCall) -> Element:
    talked = seconds_between(call.answered_at, call.ended_at) if call.answered_at else 0
    times = [
        element("startTime", generalized(call.started_at)),
        element("endTime", generalized(call.ended_at)),
        element("durationTime", str(talked)),  # as `callDuration` of TS 103 705
    ]
    fields = [
        element("partyRole", [element(role)]),
        element("partyNumber", e164_digits(party) or party) if party else None,
        element("communicationTime", times),
    ]
    return element("TelephonyPartyInformation", fields)

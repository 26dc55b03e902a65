"""The message that delivers the answer (ETSI TS 103 120 v1.17.1, in XML).

Three actions: the state of the task that the order gave us, the order itself, and the delivery,
which carries the records of TS 103 705.
"""

import base64
from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from telecom_privacy.archive.assembly import File
from telecom_privacy.disclosure.package.formats import (
    qualified_microseconds,
    qualified_seconds,
    short_string,
)
from telecom_privacy.disclosure.package.model import Delivery
from telecom_privacy.disclosure.package.ts103120_task import dictionary_entry, ldid, task_fields
from telecom_privacy.disclosure.package.xml import (
    SCHEMA_INSTANCE,
    Element,
    around,
    element,
    hole,
    namespaces,
)

MOST_EMBEDDED = 6 * 1024**2
"""Bytes of records. Beyond, their Base64 would be a text that XML readers refuse; the message has
their checksum all the same, and they lie beside it."""

_VERSION = "V1.17.1"
_NO_PROFILE = "none"
_RECORDS = "TS103705"
_NAMESPACES = {
    "core": "http://uri.etsi.org/03120/common/2019/10/Core",
    "common": "http://uri.etsi.org/03120/common/2016/02/Common",
    "task": "http://uri.etsi.org/03120/common/2020/09/Task",
    "document": "http://uri.etsi.org/03120/common/2020/09/Document",
    "delivery": "http://uri.etsi.org/03120/common/2019/10/Delivery",
    "xsi": SCHEMA_INSTANCE,
}
_OF_CASE = ("task", "order")
_BASE64_GROUP = 3


def message(delivery: Delivery, records: File) -> Iterator[bytes]:
    """Yield the message, with the `records` in it unless they are more than `MOST_EMBEDDED`."""
    embedded = records.read() if records.length <= MOST_EMBEDDED else ()
    return around(_root(delivery, records), _base64(embedded))


def _root(delivery: Delivery, records: File) -> Element:
    task = _object(delivery, "task", "task:LDTaskObject", task_fields(delivery))
    order = _object(delivery, "order", "document:DocumentObject", _order(delivery))
    given = _delivery(delivery, records)
    delivered = _object(delivery, "delivery", "delivery:DeliveryObject", given)
    identifier = element("core:Identifier", str(_id(delivery, "delivery")))
    actions = (
        element("core:UPDATE", [task]),
        element("core:CREATE", [order]),
        element("core:DELIVER", [identifier, delivered]),
    )
    requests = [
        element("core:ActionRequest", [element("core:ActionIdentifier", str(number)), action])
        for number, action in enumerate(actions)
    ]
    payload = element("core:RequestPayload", [element("core:ActionRequests", requests)])
    root = element("core:HI1Message", [_header(delivery), element("core:Payload", [payload])])
    return namespaces(root, **_NAMESPACES)


def _header(delivery: Delivery) -> Element:
    operator, authority = delivery.operator, delivery.authority
    version = [
        element("core:ETSIVersion", _VERSION),
        element("core:NationalProfileOwner", _NO_PROFILE),
        element("core:NationalProfileVersion", _NO_PROFILE),
    ]
    return element(
        "core:Header",
        [
            _endpoint("core:SenderIdentifier", operator.country, operator.name),
            _endpoint("core:ReceiverIdentifier", authority.country, authority.name),
            element("core:TransactionIdentifier", str(_id(delivery, "transaction"))),
            element("core:Timestamp", qualified_microseconds(delivery.prepared_at)),
            element("core:Version", version),
        ],
    )


def _endpoint(name: str, country: str, identifier: str) -> Element:
    inside = [
        element("core:CountryCode", country),
        element("core:UniqueIdentifier", identifier),
    ]
    return element(name, inside)


def _object(delivery: Delivery, kind: str, of_type: str, fields: list[Element]) -> Element:
    others = [other for other in ("task", "order", "delivery") if other != kind]
    associated = [element("core:AssociatedObject", str(_id(delivery, other))) for other in others]
    common = [
        element("core:ObjectIdentifier", str(_id(delivery, kind))),
        element("core:CountryCode", delivery.operator.country),
        element("core:OwnerIdentifier", short_string(delivery.operator.name)),
        element("core:ExternalIdentifier", delivery.reference),
        element("core:AssociatedObjects", associated),
        element("core:LastChanged", qualified_seconds(delivery.prepared_at)),
    ]
    made = element("core:HI1Object", [*common, *fields])
    made.set("xsi:type", of_type)
    return made


def _order(delivery: Delivery) -> list[Element]:
    """The order: its reference, the text that it cites, and the hash of its scan."""
    fields = [
        element("document:DocumentReference", delivery.reference),
        element("document:DocumentName", delivery.basis.title),
    ]
    if delivery.order is None:
        return fields
    scan = [
        element("document:ContentType", short_string(delivery.order.media_type)),
        element("document:Checksum", delivery.order.sha256),
        element("document:ChecksumType", "SHA-256"),
    ]
    return [*fields, element("document:DocumentBody", scan)]


def _delivery(delivery: Delivery, records: File) -> list[Element]:
    specification = dictionary_entry("delivery:Specification", "ManifestSpecification", _RECORDS)
    content = [
        element("delivery:Data", [hole()]),
        element("delivery:ContentType", "application/json"),
        element("delivery:Checksum", records.sha256),
        element("delivery:ChecksumType", "SHA-256"),
    ]
    return [
        element("delivery:Reference", [element("delivery:LDID", ldid(delivery))]),
        element("delivery:DeliveryID", str(_id(delivery, "delivery"))),
        element("delivery:SequenceNumber", "0"),
        element("delivery:LastSequence", "true"),
        element("delivery:Manifest", [specification]),
        element("delivery:Delivery", [element("delivery:BinaryData", content)]),
    ]


def _id(delivery: Delivery, what: str) -> UUID:
    """Name an object. Task and order are those of the case, whenever something is delivered."""
    if what in _OF_CASE:
        return uuid5(delivery.case_id, what)
    return uuid5(delivery.case_id, f"{what} {qualified_microseconds(delivery.prepared_at)}")


def _base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        rest += piece
        whole = len(rest) - len(rest) % _BASE64_GROUP
        yield base64.b64encode(rest[:whole])
        rest = rest[whole:]
    yield base64.b64encode(rest)

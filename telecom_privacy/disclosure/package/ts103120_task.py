"""The task that an order gives us, and what came of it (TS 103 120, LDTaskObject)."""

from telecom_privacy.disclosure.package.formats import (
    e164_digits,
    qualified_seconds,
    short_string,
    visible,
)
from telecom_privacy.disclosure.package.model import Asked, Delivery
from telecom_privacy.disclosure.package.xml import Element, element
from telecom_privacy.legal_bases.model import DataCategory

_ETSI = "ETSI"
_REQUEST_TYPES = {
    DataCategory.IDENTITY: "SubscriberData",
    DataCategory.BILLING: "SubscriberData",
    DataCategory.TRAFFIC: "TrafficData",
    DataCategory.LOCATION: "TrafficData",
    DataCategory.CONTENT: "StoredContentData",
}


def task_fields(delivery: Delivery) -> list[Element]:
    """Return what an LDTaskObject has of its own."""
    operator = delivery.operator
    status = "Disclosed" if delivery.gives else "DisclosureNotAvailable"
    service_provider = [
        element("core:CountryCode", operator.country),
        element("core:UniqueIdentifier", operator.name),
    ]
    return [
        element("task:Reference", ldid(delivery)),
        dictionary_entry("task:Status", "LDTaskStatus", status),
        element("task:RequestDetails", _details(delivery.asked, operator.name)),
        element("task:CSPID", service_provider),
    ]


def ldid(delivery: Delivery) -> str:
    """The identifier of a disclosure (TS 103 280): country, who gave it, and the case."""
    operator = delivery.operator
    return f"{operator.country}-{visible(operator.name)}-{delivery.case_id}"


def dictionary_entry(name: str, dictionary: str, value: str) -> Element:
    """Return a value of a dictionary that ETSI owns."""
    fields = (("Owner", _ETSI), ("Name", dictionary), ("Value", value))
    return element(name, [element(f"common:{field}", content) for field, content in fields])


def _details(asked: Asked, operator: str) -> list[Element | None]:
    """A task has one type: where the order asks for data of several, none is said."""
    types = {_REQUEST_TYPES[category] for category in asked.categories}
    values = [
        *(_number(operator, number) for number in asked.numbers),
        *(_value(operator, "Licence", licence) for licence in asked.licences),
        *(_value(operator, "CallReference", call) for call in asked.call_ids),
    ]
    return [
        dictionary_entry("task:Type", "RequestType", types.pop()) if len(types) == 1 else None,
        element("task:StartTime", qualified_seconds(asked.start)),
        element("task:EndTime", qualified_seconds(asked.end)),
        element("task:RequestValues", values) if values else None,
    ]


def _number(operator: str, number: str) -> Element:
    digits = e164_digits(number)
    if digits is None:  # a short code
        return _value(operator, "DialledNumber", number)
    return _value(_ETSI, "InternationalE164", digits)


def _value(owner: str, name: str, value: str) -> Element:
    kind = [
        element("task:FormatOwner", short_string(owner)),
        element("task:FormatName", name),
    ]
    return element(
        "task:RequestValue", [element("task:FormatType", kind), element("task:Value", value)]
    )

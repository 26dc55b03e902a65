"""What a request must name before it is a case at all: bounds on numbers, licences and period."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.bounds import require_bounded
from telecom_privacy.disclosure.model import Asked, NumberRange, Order
from telecom_privacy.disclosure.recipients import RECIPIENT_FIELDS, Recipients
from telecom_privacy.disclosure.whole_clients import WholeClients
from telecom_privacy.errors import Invalid
from telecom_privacy.http.access import Access
from telecom_privacy.legal_bases.model import BasisKind
from telecom_privacy.legal_bases.service import LegalBases
from telecom_privacy.numbers import NumberReader
from telecom_privacy.records.intake import require_not_in_future

_PROMPT = timedelta(days=31)
"""An order that is recorded later than this after its receipt says why."""

_AT_ONCE = timedelta(days=1)
"""An enforcing authority is notified when the order is sent: so long before it is received, at
most (Regulation (EU) 2023/1543 article 8(1))."""

_OF_WHAT_IS_ASKED = ("numbers", "number_ranges", "licences", "call_ids", "period", "categories")


class OrderIntake:
    """Reads what was typed in from an order, and refuses what has no bounds (RULES LAW-3)."""

    def __init__(
        self,
        bases: LegalBases,
        whole_clients: WholeClients,
        numbers: NumberReader,
        recipients: Recipients,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._bases = bases
        self._whole_clients = whole_clients
        self._numbers = numbers
        self._recipients = recipients
        self._clock = clock
        self._zone = zone

    def order(self, access: Access, body: Mapping[str, Any]) -> Order:
        """Raise `Invalid` for what is malformed, unbounded or asks for a whole client."""
        asked = self._asked(body)
        order = self._checked(access, Order(**self._stated(body), asked=asked))
        _require_prompt(order, self._clock.now())
        return order

    def corrected(
        self, access: Access, order: Order, recorded_at: datetime, body: Mapping[str, Any]
    ) -> Order:
        """Return an order with what the body names instead. Raises as `order`.

        Whether it was recorded late depends on when it was, not on when it is corrected.
        """
        asked = self._asked({**_as_body(order.asked), **body})
        corrected = self._checked(access, replace(order, **self._stated(body), asked=asked))
        _require_prompt(corrected, recorded_at)
        return corrected

    def kind(self, order: Order) -> BasisKind:
        """What an order wants done. Raises `Invalid` for an unknown basis."""
        kind = self._bases.kind_of(order.basis)
        if kind is None:
            raise Invalid({"basis": ["No legal basis has this id."]})
        return kind

    def _stated(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What is said beside what is asked for; of a recipient, its fingerprint."""
        special = (*_OF_WHAT_IS_ASKED, *RECIPIENT_FIELDS)
        stated = {name: value for name, value in body.items() if name not in special}
        key = {name: body[name] for name in RECIPIENT_FIELDS if body.get(name)}
        if key:
            stated["recipient"] = self._recipients.of(**key).fingerprint
        return stated

    def _asked(self, body: Mapping[str, Any]) -> Asked:
        period = body["period"]
        return Asked(
            numbers=tuple(dict.fromkeys(map(self._number, body["numbers"]))),
            licences=tuple(dict.fromkeys(body["licences"])),
            calls=tuple(dict.fromkeys(body["call_ids"])),
            start=period["start"],
            end=period["end"],
            zone=period["time_zone"] or self._zone.key,
            categories=frozenset(body["categories"]),
            ranges=tuple(dict.fromkeys(map(self._range, body["number_ranges"]))),
        )

    def _range(self, written: NumberRange) -> NumberRange:
        """A range in E.164. Raises `Invalid` for one that is none."""
        field = "number_ranges"
        first, last = (self._number(one, field) for one in (written.first, written.last))
        if len(first) != len(last) or last < first:
            told = "From the lower to the higher of two numbers of the same length."
            raise Invalid({field: [told]})
        return replace(written, first=first, last=last)

    def _number(self, written: str, field: str = "numbers") -> str:
        """A number in E.164. Raises `Invalid` for a short one: everybody dials it."""
        number = self._numbers.e164(written, field)
        if not number.startswith("+"):
            raise Invalid({field: ["A short number singles nobody out."]})
        return number

    def _checked(self, access: Access, order: Order) -> Order:
        require_not_in_future(self._clock, "received_at", order.received_at)
        self.kind(order)
        _require_singled_out(order.asked)
        require_bounded(order.asked, order.received_at, self._zone)
        # What is not stored yet is asked for by another law, in another system.
        require_not_in_future(self._clock, "period", order.asked.end)
        self._whole_clients.require_none(access, order.asked.licences)
        _require_notified_in_order(order, self._clock.now())
        return order


def _require_prompt(order: Order, recorded_at: datetime) -> None:
    """The law is that of the receipt: a receipt long ago would choose another."""
    if order.received_at < recorded_at - _PROMPT and not order.recorded_late_because:
        told = f"More than {_PROMPT.days} days ago: say recorded_late_because."
        raise Invalid({"received_at": [told]})


def _require_notified_in_order(order: Order, now: datetime) -> None:
    """What was not said yet opens nothing, nor what was said before there was an order."""
    told = order.enforcing_authority
    if told is None or told.notified_at is None:
        return
    confirmed_at = told.confirmed_at or now
    if not order.received_at - _AT_ONCE <= told.notified_at <= now:
        raise _wrongly("notified_at", "Not with the order, or in the future.")
    if not max(order.received_at, told.notified_at) <= confirmed_at <= now:
        raise _wrongly("confirmed_at", "Before the order or the notification, or in the future.")


def _wrongly(name: str, told: str) -> Invalid:
    return Invalid({"enforcing_authority": {name: [told]}})


def _require_singled_out(asked: Asked) -> None:
    if not (asked.numbers or asked.ranges or asked.licences or asked.calls):
        raise Invalid({"numbers": ["Name numbers, licences or calls: nothing else is found."]})
    if not asked.categories:
        raise Invalid({"categories": ["Name what is asked for."]})


def _as_body(asked: Asked) -> dict[str, Any]:
    return {
        "numbers": asked.numbers,
        "number_ranges": asked.ranges,
        "licences": asked.licences,
        "call_ids": asked.calls,
        "period": {"start": asked.start, "end": asked.end, "time_zone": asked.zone},
        "categories": asked.categories,
    }

"""The rows of the slip's tables."""

import json
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from telecom_privacy.disclosure.package import slip_words as words
from telecom_privacy.disclosure.package.formats import local, seconds_between
from telecom_privacy.disclosure.package.model import Delivery, DisclosedCall
from telecom_privacy.disclosure.package.proofs import proof_folder
from telecom_privacy.disclosure.package.slip_blocks import Row


def differences(delivery: Delivery) -> Iterator[Row]:
    for one in delivery.differences:
        yield one.what, one.asked, str(one.found), str(one.given), one.reason or words.NONE


def calls(delivery: Delivery) -> Iterator[Row]:
    for number, call in enumerate(delivery.calls(), start=1):
        yield str(number), *_call(call, delivery.asked.zone)


def records(delivery: Delivery) -> Iterator[Row]:
    for one in delivery.records():
        data = json.dumps(one.data, ensure_ascii=False)
        at = one.occurred_at
        said_at = local(at, delivery.asked.zone) if at else words.NONE
        yield one.reference, one.category, said_at, one.subject or words.NONE, data


def recordings(delivery: Delivery) -> Iterator[Row]:
    for one in delivery.recordings():
        yield one.reference, one.path, f"{one.media_type}, {one.length}", one.sha256


def proofs(delivery: Delivery) -> Iterator[Row]:
    for number, one in enumerate(delivery.proofs, start=1):
        inclusion = one.inclusion
        yield one.about, str(inclusion.leaf_index), str(inclusion.tree_size), proof_folder(number)


def _call(call: DisclosedCall, zone: ZoneInfo) -> Row:
    direction = words.DIRECTIONS.get(call.direction, call.direction)
    line = ", ".join(name for name in (call.licence, call.client) if name)
    return (
        call.reference,
        local(call.started_at, zone),
        _duration(call.answered_at, call.ended_at),
        call.caller or words.WITHHELD,
        call.called or words.WITHHELD,
        f"{direction}, {call.disposition}",
        line or words.NONE,
        words.ORIGINS[call.origin],
    )


def _duration(answered_at: datetime | None, ended_at: datetime) -> str:
    """Of the conversation: `1:02:03`."""
    if answered_at is None:
        return "sans réponse"
    minutes, seconds = divmod(seconds_between(answered_at, ended_at), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"

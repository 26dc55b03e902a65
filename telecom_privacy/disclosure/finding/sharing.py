"""What several targets of an order lead to: each tells it as found, one alone gives it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from telecom_privacy.disclosure.matching import Found, Reason
from telecom_privacy.legal_bases.model import DataCategory


def given_once(found: Iterable[Found]) -> Iterator[Found]:
    """Yield all that was found, in its order; what was given before is not given again.

    Each target may lead to the same thing once. Of each thing its id is kept: a hundred bytes.
    Traces of what is there no more are each target's own.
    """
    given: defaultdict[DataCategory, dict[int, bool]] = defaultdict(dict)
    for one in found:
        told, key = given[one.category], one.id.int
        if one.item is None:
            yield one
        elif key in told:
            yield _again(one, is_given=told[key])
            told[key] = told[key] or one.is_given
        else:
            yield one
            told[key] = one.is_given


def each_once(found: Iterable[Found]) -> Iterator[Found]:
    """Yield what one target leads to in several ways once."""
    seen: set[UUID] = set()
    for one in found:
        if one.id not in seen:
            seen.add(one.id)
            yield one


def _again(one: Found, *, is_given: bool) -> Found:
    elsewhere = Reason.GIVEN_ON_ANOTHER_LINE if is_given else None
    return replace(one, reason=one.reason or elsewhere, is_again=True)

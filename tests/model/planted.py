"""Faults of the kind that the model is there for, and the history that shows each of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.erasure.ledger import Ledger
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.withheld import DataEraser
from telecom_privacy.holds.guard import ActiveHolds
from telecom_privacy.holds.service import HoldService
from telecom_privacy.holds.upkeep import HoldUpkeep
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.retention import sweep
from tests.model import histories
from tests.model.histories import Told


@dataclass(frozen=True)
class Fault:
    """What is wrong in place of `owner.name`, and the history that finds it."""

    is_that: str
    owner: Any
    name: str
    planted: Callable[..., Any]
    history: Told


def _nothing(*_: Any, **__: Any) -> None:
    """It is left out."""


def _data_before_keys(self: Eraser, erasure: Erasure, data: DataEraser, kept: Any) -> None:
    self._holds.keep(erasure, kept or ())
    data.erase_data(erasure)
    self._keys.destroy(item.key for item in erasure.destroyed)


def _released_at_once(self: HoldService, hold: Any, act: Any) -> None:
    self._holds.ask_release(hold.id, act)
    self._holds._release({"_id": hold.id}, act)
    self._upkeep.empty(hold)


def _all_but_calls(self: Ledger) -> Iterator[Erasure]:
    return (one for one in self._repository.fetch_all() if one.category != "call")


def _forgotten(self: HoldUpkeep, hold: Any, *_: Any, **__: Any) -> None:
    self._holds.update_emptied(hold.id)


FAULTS = (
    Fault(
        "a hold does not wait for what is being erased",
        Eraser,
        "finish_open",
        _nothing,
        histories.erasers_stand_while_a_hold_is_placed,
    ),
    Fault(
        "a decision is not stored",
        ErasureRepository,
        "decide",
        lambda *_: True,
        histories.erasers_stand_while_a_hold_is_placed,
    ),
    Fault(
        "the guard ignores holds of a number",
        ActiveHolds,
        "_has_number",
        lambda _, __, hold: not hold.reach.names_number,
        histories.erasers_stand_while_a_hold_is_placed,
    ),
    Fault(
        "data goes before its key",
        Eraser,
        "_erase_items",
        _data_before_keys,
        histories.erasers_die_and_a_hold_is_placed,
    ),
    Fault(
        "recovery forgets what is open",
        ErasureRepository,
        "fetch_open",
        lambda *_: [],
        histories.erasers_die_and_a_hold_is_placed,
    ),
    Fault(
        "what is withheld is not kept apart",
        WithheldRepository,
        "keep",
        _nothing,
        histories.a_hold_is_released_by_one_person,
    ),
    Fault(
        "one person releases a hold",
        HoldService,
        "_ask_release",
        _released_at_once,
        histories.a_hold_is_released_by_one_person,
    ),
    Fault(
        "a release forgets what was kept",
        HoldUpkeep,
        "empty",
        _forgotten,
        histories.a_hold_is_released_by_one_person,
    ),
    Fault(
        "a replaced version is not copied",
        WithheldRepository,
        "copy_version",
        _nothing,
        histories.a_licence_is_anonymised_under_a_hold,
    ),
    Fault(
        "what is being erased goes on taking recordings",
        CallRepository,
        "close",
        _nothing,
        histories.uploads_and_erasers_stand_while_the_others_come,
    ),
    Fault(
        "a read does not judge the term",
        CallOpener,
        "is_over",
        lambda *_: False,
        histories.a_term_ends,
    ),
    Fault(
        "a sweep finds nothing",
        sweep,
        "batches",
        lambda _: (),
        histories.a_term_ends,
    ),
    Fault(
        "a replay skips entries",
        Ledger,
        "all",
        _all_but_calls,
        histories.a_restore_brings_back_what_was_erased,
    ),
)

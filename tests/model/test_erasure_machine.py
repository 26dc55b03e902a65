"""Erasure against holds, ingest, time and death at any write, by random histories of one client.

After each step: what a hold keeps since before its erasure can be opened by the law's side; what is
due, deleted or objected to is served to nobody and never returns; what is neither reads as before;
and once all is quiet, what no hold keeps is destroyed, and certified once.

`TELECOM_PRIVACY_MODEL_EXAMPLES` sets how many histories are tried (each of up to 25 steps).
"""

import os
from collections.abc import Callable
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from telecom_privacy.policies.model import Category
from tests.builders import recording_path
from tests.model.death import dying_at
from tests.model.expectations import Expectations
from tests.model.world import AUDIO, LICENCES, NUMBERS, Call, Fate, Hold, Record, World

EXAMPLES = int(os.environ.get("TELECOM_PRIVACY_MODEL_EXAMPLES", "0"))
SHORT = 3
STEPS = 25
LATE = 15
"""After how many steps the contract may end: little happens afterwards."""

deaths = st.one_of(st.none(), st.integers(1, 15))
picks = st.integers(0, 7)


class ErasureMachine(RuleBasedStateMachine):
    """The client's calls as they must be, beside the service's."""

    def __init__(self, new_world: Callable[[], World]) -> None:
        super().__init__()
        self.world = new_world()
        self.expected = Expectations(self.world)
        self.named = 0
        self.age = 0

    @initialize()
    def calls_were_handed_in(self) -> None:
        for licence, number in product(LICENCES, NUMBERS):
            self._hand_in(licence, number, recorded=True)

    # What may happen

    @rule(
        licence=st.sampled_from(LICENCES),
        number=st.sampled_from(NUMBERS),
        recorded=st.booleans(),
        death=deaths,
    )
    def a_call_ends(self, licence: str, number: str, recorded: bool, death: int | None) -> None:
        self._hand_in(licence, number, recorded, death)

    def _hand_in(self, licence: str, number: str, recorded: bool, death: int | None = None) -> None:
        self.named += 1
        name = f"call-{self.named}"
        body = self.world.api.call(licence_id=licence, **{"from": number})
        with dying_at(death):
            self.world.api.put_call(self.world.client, name, body)
        answer = self.world.api.put_call(self.world.client, name, body)
        if answer.status_code not in (200, 201):
            assert self.expected.may_be_refused(licence, answer.status_code), answer.json
            return
        ended_at = datetime.fromisoformat(body["ended_at"])
        record = Record(UUID(answer.json["record_id"]), Category.CALL, ended_at)
        call = Call(name, licence, number, record, {None})
        self.world.calls[name] = call
        if licence in self.expected.leaving:
            record.doubt()
        self.expected.keep_what_is_readable([call])
        if recorded:
            self._record(call, death)

    @rule(pick=picks, death=deaths)
    def a_recording_arrives(self, pick: int, death: int | None) -> None:
        if (call := self.expected.picked(pick)) and call.recording is None:
            self._record(call, death)

    @rule(pick=picks, note=st.text("abc", max_size=3), death=deaths)
    def the_client_changes_a_note(self, pick: int, note: str, death: int | None) -> None:
        if not (call := self.expected.picked(pick)):
            return
        before, done = set(call.notes), False
        call.notes.add(note)
        with dying_at(death):
            answer = self.world.own("PATCH", self.world.path(call.name), json={"note": note})
            done = True
        if done and answer.status_code == 200:
            call.notes = {note}
        elif done:
            call.notes = before

    @rule(pick=picks, death=deaths)
    def the_client_deletes_a_call(self, pick: int, death: int | None) -> None:
        if not (call := self.expected.picked(pick)):
            return
        for record in call.records:
            record.doubt()
        with dying_at(death):
            assert self.world.own("DELETE", self.world.path(call.name)).status_code == 204
            self.expected.gone(call.records)

    @rule(pick=picks, death=deaths)
    def the_client_deletes_a_recording(self, pick: int, death: int | None) -> None:
        if not (call := self.expected.picked(pick)) or call.recording is None:
            return
        call.recording.doubt()
        with dying_at(death):
            path = recording_path(self.world.client, call.name)
            assert self.world.own("DELETE", path).status_code == 204
            self.expected.gone([call.recording])

    @rule(pick=picks, death=deaths)
    def the_caller_objects(self, pick: int, death: int | None) -> None:
        if not (call := self.expected.picked(pick)):
            return
        if call.recording:
            call.recording.doubt()
        body, done = {"recording_consent": "objected"}, False
        with dying_at(death):
            answer = self.world.own("PATCH", self.world.path(call.name), json=body)
            done = answer.status_code == 200
        if done and call.recording:
            self.expected.gone([call.recording])

    @precondition(lambda self: len(self.expected.leaving) < len(LICENCES) - 1)
    @rule(licence=st.sampled_from(LICENCES), death=deaths)
    def the_client_anonymises_a_licence(self, licence: str, death: int | None) -> None:
        self.expected.leaving.add(licence)
        theirs = [call for call in self.world.calls.values() if call.licence == licence]
        for record in (record for call in theirs for record in call.records):
            record.doubt()
        path = f"/v1/clients/{self.world.client}/licences/{licence}/anonymise"
        with dying_at(death):
            if self.world.own("POST", path).status_code == 200:
                for call in theirs:
                    self.expected.gone(call.records)

    @rule(
        licence=st.one_of(st.none(), st.sampled_from(LICENCES)),
        number=st.one_of(st.none(), st.sampled_from(NUMBERS)),
        death=deaths,
    )
    def a_hold_is_placed(self, licence: str | None, number: str | None, death: int | None) -> None:
        if licence in self.expected.leaving:
            return
        hold, placed = Hold("", licence, number), False
        self.expected.doubtful_holds.append(hold)
        with dying_at(death):
            body = self.world.new_hold(licence, number)
            answer = self.world.api.as_("legal", "POST", "/v1/holds", json=body)
            placed = answer.status_code == 201
        if placed:
            self.expected.doubtful_holds.remove(hold)
            self.expected.holds[answer.json["id"]] = Hold(answer.json["id"], licence, number)
            self.expected.keep_what_is_readable(list(self.world.calls.values()))

    @rule(pick=picks, death=st.integers(1, 15))
    def a_hold_follows_an_erasure_that_died(self, pick: int, death: int) -> None:
        self.the_client_deletes_a_call(pick, death)
        if call := self.expected.picked(pick):
            self.a_hold_is_placed(call.licence, None, None)
        self.recovery_runs(None)

    @precondition(lambda self: self.expected.holds)
    @rule(pick=picks, death=deaths)
    def a_hold_is_released(self, pick: int, death: int | None) -> None:
        hold = list(self.expected.holds.values())[pick % len(self.expected.holds)]
        del self.expected.holds[hold.id]
        self.expected.doubtful_holds.append(hold)
        self.expected.forget_what_nothing_keeps()
        path = f"/v1/holds/{hold.id}/release"
        with dying_at(death):
            assert self.world.api.as_("legal", "POST", path).status_code in (202, 409, 403)
            assert self.world.api.as_("dpo", "POST", path).status_code == 200
            self.expected.doubtful_holds.remove(hold)

    @rule(extended=st.booleans(), death=deaths)
    def the_storage_extension_changes(self, extended: bool, death: int | None) -> None:
        options = ["recording", "storage_extension"] if extended else ["recording"]
        path = f"/v1/clients/{self.world.client}"
        with dying_at(death):
            self.world.api.as_("admin", "PATCH", path, json={"options": options})

    @precondition(lambda self: self.age > LATE)
    @rule(death=deaths)
    def the_contract_ends(self, death: int | None) -> None:
        path = f"/v1/clients/{self.world.client}/contract-end"
        body = {"ended_on": self.world.today().isoformat(), "keep_account": False}
        with dying_at(death):
            self.world.api.as_("admin", "POST", path, json=body)

    @rule(days=st.sampled_from((0.1, 1, 20, 45)))
    def time_passes(self, days: float) -> None:
        self.world.clock.advance(days=days)
        self.expected.age()

    @rule(death=deaths)
    def a_sweep_runs(self, death: int | None) -> None:
        self.world.clock.advance(minutes=2)
        self.expected.age()
        with dying_at(death):
            self.world.services.sweeps.run("model")

    @rule(death=deaths)
    def recovery_runs(self, death: int | None) -> None:
        self.world.clock.advance(minutes=11)
        self.expected.age()
        with dying_at(death):
            self.world.services.recovery.run()

    @rule(death=deaths)
    def the_ledger_is_replayed(self, death: int | None) -> None:
        with dying_at(death):
            self.world.services.replay.run("model")

    @rule()
    def all_becomes_quiet(self) -> None:
        """Nobody dies for long enough: then nothing is left half."""
        for _ in range(3):
            self.world.clock.advance(minutes=11)
            self.expected.age()
            assert self.world.services.sweeps.run("model") is not None
        self.expected.assert_served()
        self.expected.settle_doubts()
        self.expected.assert_destroyed()
        self.expected.assert_certified()

    # What must hold

    @invariant()
    def what_a_hold_keeps_can_be_opened(self) -> None:
        self.age += 1
        self.expected.assert_kept()

    @invariant()
    def what_is_gone_is_served_to_nobody_and_the_rest_to_its_owner(self) -> None:
        self.expected.assert_served()

    # Steps of several rules

    def _record(self, call: Call, death: int | None) -> None:
        world = self.world
        with dying_at(death):
            world.api.put_recording(world.client, call.name, AUDIO)
        answer = world.api.put_recording(world.client, call.name, AUDIO)
        if answer.status_code not in (200, 201):
            return
        ended_at = call.record.ended_at
        call.recording = Record(UUID(answer.json["record_id"]), Category.RECORDING, ended_at)
        if call.record.fate is Fate.DOUBTFUL:
            call.recording.doubt()
        self.expected.keep_what_is_readable([call])


def test_no_history_destroys_what_is_held_or_brings_back_what_was_erased(
    new_world: Callable[[], World],
) -> None:
    profile: dict[str, Any] = {"derandomize": not EXAMPLES, "max_examples": EXAMPLES or SHORT}
    run_state_machine_as_test(
        lambda: ErasureMachine(new_world),
        settings=settings(
            **profile,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # to shrink takes far longer than to read
            print_blob=True,
        ),
    )

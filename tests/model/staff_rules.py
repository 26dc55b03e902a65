"""What the operator's staff do, and the machine by itself."""

from contextlib import suppress
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from telecom_privacy.errors import Conflict, Unavailable
from tests.model.machine import Machine, picks, stops
from tests.model.scheduling import Stop
from tests.model.things import Hold
from tests.model.world import LICENCES, NUMBERS

LATE = 15
"""After how many steps the contract may end: little happens afterwards."""


class StaffRules(Machine):
    @rule(
        licence=st.one_of(st.none(), st.sampled_from(LICENCES)),
        number=st.one_of(st.none(), st.sampled_from(NUMBERS)),
        stop=stops,
    )
    def a_hold_is_placed(self, licence: str | None, number: str | None, stop: Stop | None) -> None:
        if licence in self.expected.leaving:
            return
        hold = Hold("", licence, number)
        self.expected.doubtful_holds.append(hold)
        body = self.world.new_hold(licence, number)

        def placed(answer: Any) -> None:
            if answer.status_code == 201:
                self.expected.doubtful_holds.remove(hold)
                self.expected.holds[answer.json["id"]] = Hold(answer.json["id"], licence, number)
                self.expected.keep_what_is_readable(self.expected.things)

        self.perform(
            lambda: self.world.api.as_("legal", "POST", "/v1/holds", json=body), placed, stop
        )

    @precondition(lambda self: self.expected.holds)
    @rule(pick=picks)
    def one_person_asks_for_the_release_twice(self, pick: int) -> None:
        hold = list(self.expected.holds)[pick % len(self.expected.holds)]
        self._release(hold, "legal")
        assert self._release(hold, "legal").status_code == 409

    @precondition(lambda self: self.expected.holds)
    @rule(pick=picks, stop=stops)
    def a_hold_is_released(self, pick: int, stop: Stop | None) -> None:
        hold = list(self.expected.holds.values())[pick % len(self.expected.holds)]
        del self.expected.holds[hold.id]
        self.expected.doubtful_holds.append(hold)
        self.expected.forget_what_nothing_keeps()

        def release() -> Any:
            assert self._release(hold.id, "legal").status_code in (202, 409)
            return self._release(hold.id, "dpo")

        def released(answer: Any) -> None:
            assert answer.status_code == 200
            self.expected.doubtful_holds.remove(hold)

        self.perform(release, released, stop)

    def _release(self, hold: str, role: str) -> Any:
        return self.world.api.as_(role, "POST", f"/v1/holds/{hold}/release")

    @rule(extended=st.booleans(), stop=stops)
    def the_storage_extension_changes(self, extended: bool, stop: Stop | None) -> None:
        options = ["recording", "storage_extension"] if extended else ["recording"]
        path = f"/v1/clients/{self.world.client}"
        body = {"options": options}
        self.perform(lambda: self.world.api.as_("admin", "PATCH", path, json=body), stop=stop)

    @precondition(lambda self: self.age > LATE)
    @rule(stop=stops)
    def the_contract_ends(self, stop: Stop | None) -> None:
        path = f"/v1/clients/{self.world.client}/contract-end"
        body = {"ended_on": self._today().isoformat(), "keep_account": False}
        self.perform(lambda: self.world.api.as_("admin", "POST", path, json=body), stop=stop)

    @rule(days=st.sampled_from((0.1, 1, 20, 45)))
    def time_passes(self, days: float) -> None:
        self.pass_time(days=days)

    @rule(stop=stops)
    def a_sweep_runs(self, stop: Stop | None) -> None:
        self.pass_time(minutes=2)
        self.perform(self._sweep, stop=stop)

    @rule(minutes=st.sampled_from((2, 11)), stop=stops)
    def recovery_runs(self, minutes: int, stop: Stop | None) -> None:
        self.pass_time(minutes=minutes)
        self.perform(self._recover, stop=stop)

    @rule(stop=stops)
    def the_ledger_is_replayed(self, stop: Stop | None) -> None:
        self.perform(self._replay, stop=stop)

    def _sweep(self) -> None:
        with suppress(Conflict, Unavailable):  # another took over, or stores something
            self.world.services.sweeps.run("model")

    def _recover(self) -> None:
        with suppress(Unavailable):
            self.world.services.recovery.run()

    def _replay(self) -> None:
        with suppress(Unavailable):
            self.world.services.replay.run("model")

    def _today(self) -> date:
        return self.world.clock.now().date()

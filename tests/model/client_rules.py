"""What a client, its callers and its platform do."""

from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from telecom_privacy.policies.model import Category
from tests.builders import recording_path
from tests.model.machine import Machine, picks, stops
from tests.model.scheduling import Stop, Work
from tests.model.things import ENQUIRY, Fate, Record, Thing
from tests.model.world import AUDIO, LICENCES, NUMBERS

_STORED = (200, 201)

licences, numbers = st.sampled_from(LICENCES), st.sampled_from(NUMBERS)


class ClientRules(Machine):
    @initialize()
    def things_were_handed_in(self) -> None:
        for licence, number in product(LICENCES, NUMBERS):
            self.a_call_ends(licence, number, recorded=True, stop=None)
        self.an_enquiry_comes(LICENCES[0], NUMBERS[0], stop=None)

    @rule(licence=licences, number=numbers, recorded=st.booleans(), stop=stops)
    def a_call_ends(self, licence: str, number: str, recorded: bool, stop: Stop | None) -> None:
        name = self._name("call")
        body = self.world.api.call(licence_id=licence, **{"from": number})

        def stored(answer: Any) -> None:
            if self._was_stored(answer, name, licence):
                call = _call(name, body, answer.json)
                self._know(call)
                if recorded:
                    self._record(call, stop)

        self._hand_in(lambda: self.world.api.put_call(self.world.client, name, body), stored, stop)

    def calls_come_together(self, count: int, licence: str, number: str) -> None:
        bodies = {
            self._name("call"): self.world.api.call(licence_id=licence, **{"from": number})
            for _ in range(count)
        }
        receipts = self.world.api.put_calls(self.world.client, bodies).json["receipts"]
        for name, body in bodies.items():
            self._know(_call(name, body, receipts[name]))

    @rule(licence=licences, number=numbers, stop=stops)
    def an_enquiry_comes(self, licence: str, number: str, stop: Stop | None) -> None:
        name = self._name("enquiry")
        body = self._enquiry(licence, number, self.world.clock.now(), "")

        def stored(answer: Any) -> None:
            if self._was_stored(answer, name, licence):
                occurred_at = datetime.fromisoformat(body["occurred_at"])
                record = Record(UUID(answer.json["record_id"]), ENQUIRY, occurred_at)
                self._know(Thing(name, licence, number, record, {""}))

        self._hand_in(lambda: self.world.put_enquiry(name, body), stored, stop)

    @rule(pick=picks, stop=stops)
    def a_recording_arrives(self, pick: int, stop: Stop | None) -> None:
        if (call := self.expected.picked_call(pick)) and call.recording is None:
            self._record(call, stop)

    @rule(pick=picks, note=st.text("abc", max_size=3), stop=stops)
    def the_client_changes_a_note(self, pick: int, note: str, stop: Stop | None) -> None:
        if not (thing := self.expected.picked(pick)):
            return
        change = thing.begin_change(note)

        def changed(answer: Any) -> None:
            thing.end_change(change, answer.status_code in _STORED)
            self.expected.keep_what_is_readable([thing])

        self.perform(lambda: self._write(thing, note), changed, stop)

    @rule(pick=picks, stop=stops)
    def the_client_deletes_something(self, pick: int, stop: Stop | None) -> None:
        if thing := self.expected.picked(pick):
            self._erase(thing, lambda: self.world.own("DELETE", self.world.path(thing)), 204, stop)

    @rule(pick=picks, stop=stops)
    def an_enquiry_is_resolved(self, pick: int, stop: Stop | None) -> None:
        thing = self.expected.picked(pick)
        if thing is None or thing.is_call or thing.record.fate is Fate.GONE:
            return
        path, body = f"{self.world.path(thing)}/events", {"event": "resolved"}
        self._erase(thing, lambda: self.world.own("POST", path, json=body), 200, stop)

    def _erase(self, thing: Thing, work: Work, status: int, stop: Stop | None) -> None:
        for record in thing.records:
            record.doubt()

        def erased(answer: Any) -> None:
            is_settled = answer.status_code == status
            assert is_settled or answer.status_code in (409, 410)
            if is_settled or answer.status_code == 410:
                self.expected.gone(thing.records)

        self.perform(work, erased, stop)

    @rule(pick=picks, stop=stops)
    def the_client_deletes_a_recording(self, pick: int, stop: Stop | None) -> None:
        if not (call := self.expected.picked_call(pick)) or call.recording is None:
            return
        recording = call.recording
        recording.doubt()
        path = recording_path(self.world.client, call.name)

        def erased(answer: Any) -> None:
            assert answer.status_code == 204
            self.expected.gone([recording])

        self.perform(lambda: self.world.own("DELETE", path), erased, stop)

    @rule(pick=picks, stop=stops)
    def the_caller_objects(self, pick: int, stop: Stop | None) -> None:
        if not (call := self.expected.picked_call(pick)):
            return
        call.may_have_objected = True
        if call.recording:
            call.recording.doubt()
        path, body = self.world.path(call), {"recording_consent": "objected"}

        def objected(answer: Any) -> None:
            if answer.status_code == 200:
                call.has_objected = True
                self.expected.gone([call.recording] if call.recording else [])

        self.perform(lambda: self.world.own("PATCH", path, json=body), objected, stop)

    @precondition(lambda self: len(self.expected.leaving) < len(LICENCES) - 1)
    @rule(licence=licences, stop=stops)
    def the_client_anonymises_a_licence(self, licence: str, stop: Stop | None) -> None:
        self.expected.leaving.add(licence)
        theirs = [thing for thing in self.expected.things if thing.licence == licence]
        for record in (record for thing in theirs for record in thing.records):
            record.doubt()
        path = f"/v1/clients/{self.world.client}/licences/{licence}/anonymise"

        def anonymised(answer: Any) -> None:
            if answer.status_code == 200:
                for thing in theirs:
                    self.expected.gone(thing.records)

        self.perform(lambda: self.world.own("POST", path), anonymised, stop)

    # Steps of several rules

    def _name(self, kind: str) -> str:
        self.named += 1
        return f"{kind}-{self.named}"

    def _hand_in(self, work: Work, stored: Any, stop: Stop | None) -> None:
        """Whoever is not answered hands it in again."""
        self.perform(work, stored, stop)
        if stop and stop.dies:
            self.perform(work, stored)

    def _was_stored(self, answer: Any, name: str, licence: str) -> bool:
        if answer.status_code in _STORED:
            return name not in self.world.things
        assert self.expected.may_be_refused(licence, answer.status_code), answer.json
        return False

    def _know(self, thing: Thing) -> None:
        self.world.things[thing.name] = thing
        if thing.licence in self.expected.leaving:
            thing.record.doubt()
        self.expected.keep_what_is_readable([thing])

    def _enquiry(self, licence: str, number: str, at: datetime, note: str) -> dict[str, Any]:
        return {
            "licence_id": licence,
            "subject": number,
            "occurred_at": at.isoformat(),
            "data": {"note": note},
        }

    def _write(self, thing: Thing, note: str) -> Any:
        if thing.is_call:
            return self.world.own("PATCH", self.world.path(thing), json={"note": note})
        body = self._enquiry(thing.licence, thing.number, thing.record.ended_at, note)
        return self.world.put_enquiry(thing.name, body)

    def _record(self, call: Thing, stop: Stop | None) -> None:
        def stored(answer: Any) -> None:
            if answer.status_code not in _STORED or call.recording:
                return
            call.recording = Record(
                UUID(answer.json["record_id"]), Category.RECORDING, call.record.ended_at
            )
            call.recording.fate = call.fate_of_recording
            self.expected.age()
            self.expected.keep_what_is_readable([call])

        world = self.world
        self._hand_in(lambda: world.api.put_recording(world.client, call.name, AUDIO), stored, stop)


def _call(name: str, body: Mapping[str, Any], receipt: Mapping[str, Any]) -> Thing:
    ended_at = datetime.fromisoformat(body["ended_at"])
    record = Record(UUID(receipt["record_id"]), Category.CALL, ended_at)
    return Thing(name, body["licence_id"], body["from"], record, {None})

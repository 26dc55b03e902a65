"""A side in memory, which answers rightly."""

from telecom_privacy.bench.calls import InventedCall, Seen
from telecom_privacy.bench.roles.mixes import LOGGED
from telecom_privacy.bench.roles.steps import ENTRIES, NEWEST
from telecom_privacy.bench.roles.world import World, newest_first
from telecom_privacy.errors import NotFound


class MemorySide:
    def __init__(self, world: World, name: str = "M") -> None:
        self.name = name
        self._calls = {call.id: call for call in world.all_calls()}
        self._objectors = set(world.objectors())

    def create(self, call: InventedCall) -> None:
        self._calls[call.id] = call

    def read(self, call_id: str) -> Seen:
        return self._found(call_id).seen

    def read_subject(self, number: str) -> list[Seen]:
        return self._newest(lambda call: call.number == number)

    def read_licence(self, licence: str) -> list[Seen]:
        return self._newest(lambda call: call.licence == licence)[:NEWEST]

    def may_record(self, licence: str, number: str) -> bool:
        return number not in self._objectors

    def change(self, call_id: str, note: str, tags: tuple[str, ...]) -> None:
        self._calls[call_id] = self._found(call_id).changed(note, tags)

    def delete(self, call_id: str) -> None:
        self._calls.pop(call_id, None)

    def is_gone(self, call_id: str) -> bool:
        return call_id not in self._calls

    def entries(self, start: int) -> int:
        return min(ENTRIES, LOGGED - start)

    def _found(self, call_id: str) -> InventedCall:
        if call_id not in self._calls:
            raise NotFound("call")
        return self._calls[call_id]

    def _newest(self, wanted) -> list[Seen]:
        return [call.seen for call in newest_first(list(self._calls.values())) if wanted(call)]

"""What the machine's rules share: who does something, when all is quiet, what must hold."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.model.expectations import Expectations
from tests.model.scheduling import Schedule, Stop, Then, Work
from tests.model.world import World

stops = st.one_of(st.none(), st.builds(Stop, st.integers(1, 40), st.booleans()))
picks = st.integers(0, 7)


class Machine(RuleBasedStateMachine):
    """The client's records as they must be, beside the service's."""

    def __init__(self, new_world: Callable[[], World]) -> None:
        super().__init__()
        self.world = new_world()
        self.expected = Expectations(self.world)
        self.schedule = Schedule(self.world.workers, self.world.clock)
        self.named = 0
        self.age = 0

    def perform(self, work: Work, then: Then = lambda _: None, stop: Stop | None = None) -> None:
        self.schedule.perform(work, then, stop)

    def pass_time(self, **duration: float) -> None:
        self.schedule.pass_time(**duration)
        self.expected.age()

    @precondition(lambda self: self.schedule.standing)
    @rule(pick=picks, commands=st.integers(1, 20))
    def one_that_stands_still_does_some_more(self, pick: int, commands: int) -> None:
        standing = self.schedule.standing
        self.schedule.let_on(standing[pick % len(standing)], commands)

    @precondition(lambda self: self.schedule.standing)
    @rule(pick=picks, dies=st.booleans())
    def one_that_stands_still_comes_to_its_end(self, pick: int, dies: bool) -> None:
        standing = self.schedule.standing
        self.schedule.finish(standing[pick % len(standing)], dies)

    @rule()
    def all_becomes_quiet(self) -> None:
        """Nobody dies or stands still for long enough: then nothing is left half."""
        self.schedule.finish_all()
        for _ in range(3):
            self.pass_time(minutes=11)
            assert self.world.services.sweeps.run("model") is not None
        self.expected.assert_served()
        self.expected.settle_doubts()
        self.expected.assert_destroyed()
        self.expected.assert_certified()

    @invariant()
    def what_a_hold_keeps_can_be_opened(self) -> None:
        self.age += 1
        self.expected.assert_kept()

    @invariant()
    def what_is_gone_is_served_to_nobody_and_the_rest_to_its_owner(self) -> None:
        self.expected.assert_served()

    def teardown(self) -> None:
        self.schedule.kill_all()

"""Two persons at once: one step is taken, the other is told what it met."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.disclosure.builders import FIRST, SECOND, LegalDesk


def test_of_two_approvals_at_once_one_is_noted(desk: LegalDesk) -> None:
    path = desk.checked()
    barrier = Barrier(2)

    def approve(_: int) -> int:
        barrier.wait()
        return desk.approve(path).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, range(2))) == [200, 409]
    steps = [step["step"] for step in desk.show(path)["steps"]]
    assert steps.count("approved") == 1


def test_an_approval_and_a_correction_at_once_never_approve_what_was_not_seen(
    desk: LegalDesk,
) -> None:
    path = desk.checked()
    barrier = Barrier(2)

    def approve() -> int:
        barrier.wait()
        return desk.approve(path, SECOND).status_code

    def correct() -> int:
        barrier.wait()
        change = {"numbers": ["+33612345679"], "reason": "mistyped"}
        return desk.as_(FIRST, "PATCH", path, json=change).status_code

    with ThreadPoolExecutor(2) as pool:
        approving, correcting = pool.submit(approve), pool.submit(correct)
        statuses = {approving.result(), correcting.result()}
    shown = desk.show(path)
    assert statuses == {200, 409}
    assert (shown["state"] == "AwaitingApproval") is (shown["numbers"] == ["+33612345679"])

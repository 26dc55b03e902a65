"""A client is told of what it was passed, once, wherever a process is killed (DSR-4)."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.rights.forwarding import Forwarding
from telecom_privacy.rights.register import Register
from telecom_privacy.rights.repository import ForwardedRepository
from tests.builders import Api, MovableClock
from tests.erasure.kills import killed_at
from tests.notices.conftest import Outbox
from tests.rights.builders import Desk

CLIENT, OTHER = "maison-martin", "autre-martin"
TOLD = NoticeType.RIGHTS_REQUEST_FORWARDED


@pytest.fixture(scope="module", autouse=True)
def _clients(api: Api) -> None:
    api.create_client(CLIENT)
    api.create_client(OTHER)


@pytest.fixture
def outbox(services: Services, clock: MovableClock) -> Iterator[Outbox]:
    """What the operator's platform is told."""
    outbox = Outbox(services, clock)
    outbox.subscribe(None, TOLD)
    yield outbox
    services.databases.bulk["deliveries"].delete_many({})
    services.databases.audit["webhooks"].delete_many({})
    services.epoch.advance()


@pytest.fixture
def resume(services: Services) -> Callable[[], int]:
    """What a sweeper does once a minute."""
    (forwarding,) = (one for one in services.all if isinstance(one, Forwarding))
    return lambda: forwarding.resume(lambda: None)


def open_ones(services: Services) -> int:
    return services.databases.bulk["forwarded_requests"].count_documents(
        {"open_since": {"$exists": True}}
    )


def refer(desk: Desk, path: str) -> None:
    desk.take(path, "refer", client_id=CLIENT, agreed_by="person")


def test_each_client_that_has_a_request_is_told_once(desk: Desk, outbox: Outbox) -> None:
    path = desk.verified()
    refer(desk, path)
    desk.take(path, "refer", client_id=OTHER)
    assert len(outbox.found()) == 1
    desk.take(path, "agreement", client_id=OTHER, agreed_by="person")
    desk.take(path, "agreement", client_id=OTHER, agreed_by="person")
    assert len(outbox.found()) == 2


def test_a_kill_before_the_step_is_stored_tells_the_client_nothing(
    desk: Desk, outbox: Outbox, services: Services, resume: Callable[[], int]
) -> None:
    path = desk.verified()
    with killed_at(Register, "_write"):
        refer(desk, path)
    assert desk.show(path)["referrals"] == []
    desk.api.clock.advance(minutes=2)
    resume()
    assert (outbox.found(), open_ones(services)) == ([], 1)
    desk.api.clock.advance(days=1)
    resume()
    assert (outbox.found(), open_ones(services)) == ([], 0)
    refer(desk, path)
    assert len(outbox.found()) == 1


@pytest.mark.parametrize(
    ("owner", "method"), [(Notices, "announce"), (ForwardedRepository, "settle")]
)
def test_a_kill_after_the_step_is_stored_loses_no_notice_and_doubles_none(
    owner: type,
    method: str,
    desk: Desk,
    outbox: Outbox,
    services: Services,
    resume: Callable[[], int],
) -> None:
    path = desk.verified()
    with killed_at(owner, method):
        refer(desk, path)
    assert desk.show(path)["referrals"][0]["agreed_by"] == "person"
    assert resume() == 0
    desk.api.clock.advance(minutes=2)
    assert resume() == 1
    (delivery,) = outbox.found()
    assert UUID(delivery["data"]["request"]) == UUID(path.rpartition("/")[2])
    assert (resume(), open_ones(services)) == (0, 0)


def test_a_request_that_is_gone_is_not_passed_on_any_more(
    desk: Desk, outbox: Outbox, services: Services, resume: Callable[[], int]
) -> None:
    path = desk.verified()
    with killed_at(Notices, "announce"):
        refer(desk, path)
    proof = f"/v1/clients/operator/records/rights_request_proof/{path.rpartition('/')[2]}"
    assert desk.api.as_("dpo", "DELETE", proof).status_code == 204
    desk.api.clock.advance(minutes=2)
    resume()
    assert (outbox.found(), open_ones(services)) == ([], 0)

"""A run that was killed at any step is taken up by the next one, and nothing is lost."""

from typing import Any

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.index import CallIndex
from telecom_privacy.erasure.ledger import Ledger
from telecom_privacy.keys.local_file import LocalFileProvider
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.rotation import KeyRotation
from telecom_privacy.keys.rotation_repository import RotationRepository
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.settings import Settings
from telecom_privacy.storage.epoch import Epoch
from tests.builders import Api, MovableClock, recording_path
from tests.erasure.kills import killed_at
from tests.retention.builders import AUDIO, certificates_of, put_recorded_call

STEPS = [
    (Ledger, "choose", 1),
    (LocalFileProvider, "create_successor", 2),
    (KeyRepository, "insert_root", 1),
    (KeyTree, "renew", 2),
    (Epoch, "begin_rotation", 1),
    (RotationRepository, "replace_record_keys", 1),
    (CallIndex, "rewrite", 1),
    (RotationRepository, "erase_old_generations", 2),
    (RotationRepository, "delete_roots_before", 2),
    (LocalFileProvider, "destroy_predecessor", 1),
    (LocalFileProvider, "destroy_predecessor", 2),
    (Ledger, "mark_final", 1),
    (CertificateService, "issue_missing", 1),
    (KeyRotation, "end", 1),
]


@pytest.fixture(autouse=True)
def _nobody_else_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process works here, and forgets what it cached by itself."""
    monkeypatch.setattr(Epoch, "outwait", lambda _: None)


@pytest.mark.parametrize(("owner", "method", "call"), STEPS)
def test_the_next_run_takes_up_what_a_killed_one_left(
    api: Api,
    services: Services,
    settings: Settings,
    clock: MovableClock,
    client: str,
    owner: type,
    method: str,
    call: int,
) -> None:
    for name in ("gone", "kept"):
        put_recorded_call(api, client, name)
    calls = f"/v1/clients/{client}/calls"
    assert api.as_client(client, "DELETE", f"{calls}/gone").status_code == 204
    with killed_at(owner, method, call):
        services.finality.run("test")
    assert_reads(api, client)  # the workers that serve go on
    clock.advance(minutes=2)

    restarted = bootstrap.build_services(settings, clock)  # no file of a root is in its way
    try:
        done = restarted.finality.run("test")
    finally:
        restarted.databases.close()
    assert done is not None
    assert_reads(api, client)
    assert_finished(services, settings)
    assert {one["final"] for one in certificates_of(api, client)} <= {True}
    put_recorded_call(api, client, "later")


def assert_reads(api: Api, client: str) -> None:
    calls = f"/v1/clients/{client}/calls"
    listed = api.as_client(client, "GET", f"{calls}?number=%2B33612345678").json["items"]
    assert [one["id"] for one in listed] == ["kept"]
    assert api.as_client(client, "GET", recording_path(client, "kept")).data == AUDIO
    assert api.as_client(client, "GET", f"{calls}/gone").status_code == 410


def assert_finished(services: Services, settings: Settings) -> None:
    keystore, ledger = services.databases.keystore, services.databases.audit["erasures"]
    assert keystore["state"].find_one({"_id": "rotation"}) is None
    assert all(len(node["generations"]) == 1 for node in nodes_of(keystore))
    roots = {root["root"] for root in keystore["roots"].find()}
    assert roots == set(services.provider.roots())
    files = sorted(path.name for path in settings.key_dir.iterdir())
    assert files == ["controller.key", "processor.key"]
    assert not list(ledger.find({"final_at": {"$exists": False}}))
    assert not list(ledger.find({"run": {"$exists": True}}))


def nodes_of(keystore: Any) -> list[dict[str, Any]]:
    return list(keystore["keys"].find({"generations": {"$exists": True}}))


def test_a_run_that_is_taken_up_counts_what_the_killed_one_had_moved(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    for name in ("gone", "kept", "another"):
        put_recorded_call(api, client, name)
    path = f"/v1/clients/{client}/calls/gone"
    assert api.as_client(client, "DELETE", path).status_code == 204
    with killed_at(KeyRotation, "destroy_replaced"):
        services.finality.run("test")
    with killed_at(CertificateService, "issue_missing"):
        services.finality.run("test")
    done = services.finality.run("test")
    assert done is not None
    assert done.erasures == services.databases.audit["erasures"].count_documents({}) > 0
    assert (done.keys > 0, done.record_keys, done.tokens) == (True, 4, 2)

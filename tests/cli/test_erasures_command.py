"""`erasures replay`, `erasures finalise` and `keys rotate` as their users run them."""

from datetime import timedelta

import pytest

from telecom_privacy.clock import SystemClock, to_text
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.storage.embedded import running
from telecom_privacy.storage.mongo import connect
from tests.cli.builders import Installation


def test_erasures_become_final_once_and_the_cost_is_told(installation: Installation) -> None:
    first, second = (installation.run("erasures", "finalise") for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert "erasures made final: " in first.stdout
    assert "record keys" in first.stdout
    assert "destroy every backup of the old root keys" in first.stdout
    assert second.returncode == 0
    assert "no erasure is waiting to become final" in second.stdout
    assert installation.run("verify", "log").returncode == 0


def test_a_replay_goes_through_the_whole_ledger(installation: Installation) -> None:
    replayed = installation.run("erasures", "replay")
    assert replayed.returncode == 0, replayed.stderr
    assert "all of the ledger" in replayed.stdout


def test_root_keys_are_replaced(installation: Installation) -> None:
    files = [installation.data_dir / "keys" / f"{role}.key" for role in ("controller", "processor")]
    before = [file.read_text() for file in files]
    rotated = installation.run("keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert not set(before) & {file.read_text() for file in files}
    assert installation.run("verify", "log").returncode == 0


@pytest.mark.parametrize("command", [("erasures", "finalise"), ("keys", "rotate")])
def test_who_is_not_alone_is_told_when_to_try_again(
    installation: Installation, command: tuple[str, ...]
) -> None:
    uri = running(installation.data_dir)
    names = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")
    databases = connect(Settings.from_environment({PREFIX + name: uri or "" for name in names}))
    until = SystemClock().now() + timedelta(minutes=5)
    state = databases.keystore["state"]
    state.insert_one({"_id": "rotation-lease", "owner": "another", "until": until})
    try:
        refused = installation.run(*command)
    finally:
        state.delete_one({"_id": "rotation-lease"})
        databases.close()
    assert refused.returncode == 1
    assert f"try again after {to_text(until)}" in refused.stdout
    assert "nothing was done" in refused.stdout

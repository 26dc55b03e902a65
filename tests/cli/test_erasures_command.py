"""`erasures replay`, `erasures finalise` and `keys rotate` as their users run them."""

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

"""The commands as their users run them: a process, its output and its exit status."""

from pathlib import Path

import pytest

from telecom_privacy.accounts.model import parsed
from telecom_privacy.breaches.telling import BreachTelling
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import IntegrityError
from telecom_privacy.maintenance import Maintenance
from telecom_privacy.transparency.service import TransparencyService
from tests.cli.builders import Installation, assert_refused, run_here


def test_prepare_prints_the_first_admin_key_once(installation: Installation) -> None:
    assert parsed(installation.admin_key) is not None
    written = installation.data_dir / "admin.key"
    assert written.read_text() == installation.admin_key + "\n"
    assert written.stat().st_mode & 0o777 == 0o600
    again = installation.run("prepare")
    assert (again.returncode, again.stdout) == (0, "")


def test_sweep_erases_what_is_due_and_names_the_certificate(installation: Installation) -> None:
    """Nobody has watched the clock for a hundred days: it must be accepted before."""
    refused = installation.run("sweep")
    first, second = installation.run("sweep", "--accept-clock"), installation.run("sweep")

    assert_refused(refused, "nothing is erased by term", "100 days")
    assert first.returncode == 0, first.stderr
    assert "erased: 1 x recording" in first.stdout
    assert first.stdout.count("\ncertificate ") == 1
    assert second.returncode == 0
    assert "erased: nothing was due" in second.stdout
    assert "certificate" not in second.stdout


def test_a_sweep_that_cannot_open_a_client_says_so_and_exits_with_1(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise IntegrityError("damaged")

    monkeypatch.setattr(ClientService, "current", damaged)
    result = run_here("sweep", "--accept-clock", DATA_DIR=installation.data_dir)
    assert result.returncode == 1
    assert "clients that could not be swept: 2; see the log" in result.stdout


def test_a_sweep_does_what_time_brings_and_says_what_failed(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(Maintenance, "keep_up", lambda _: done.append("kept up"))
    monkeypatch.setattr(TransparencyService, "run", lambda *_: done.append("counted"))

    def damaged(*_: object) -> None:
        raise IntegrityError("damaged")

    monkeypatch.setattr(BreachTelling, "resume", damaged)
    result = run_here("sweep", "--accept-clock", DATA_DIR=installation.data_dir)
    assert (result.returncode, done) == (1, ["kept up", "counted"])
    assert "could not be done: announced breaches; see the log" in result.stdout


def test_an_api_key_is_printed_once_and_nothing_else(installation: Installation) -> None:
    for arguments in (["--role", "dpo"], ["--role", "client", "--client", "cabinet"]):
        result = installation.run("api-keys", "create", *arguments)
        assert result.returncode == 0, result.stderr
        assert parsed(result.stdout.strip()) is not None
    assert_refused(installation.run("api-keys", "create", "--role", "client"), "client_id")
    unknown = installation.run("api-keys", "create", "--role", "client", "--client", "nobody")
    assert_refused(unknown, "client_id", "no such client")
    assert_refused(
        installation.run("api-keys", "create", "--role", "dpo", "--client", "cabinet"), "client_id"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["verify"],
        ["verify", "certificate"],
        ["api-keys"],
        ["api-keys", "create"],
        ["api-keys", "create", "--role", "king"],
    ],
)
def test_a_misused_command_ends_with_status_2(arguments: list[str]) -> None:
    result = run_here(*arguments)
    assert result.returncode == 2
    assert "usage: telecom-privacy" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["sweep"], ["prepare"], ["verify", "log"], ["api-keys", "create", "--role", "dpo"]],
)
def test_what_needs_a_database_says_so_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    assert_refused(run_here(*arguments, DATA_DIR=tmp_path), "no database runs in", str(tmp_path))


def test_a_database_that_is_away_is_one_line(tmp_path: Path) -> None:
    uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"
    uris = {"MONGODB_URI": uri, "KEYSTORE_URI": uri, "AUDIT_URI": uri}
    assert_refused(run_here("prepare", DATA_DIR=tmp_path, **uris), "the database does not answer")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"NONSENSE": "1"}, "TELECOM_PRIVACY_NONSENSE: no such setting"),
        ({"PORT": "many"}, "TELECOM_PRIVACY_PORT: "),
        ({"TIME_ZONE": "Mars/Olympus"}, "TELECOM_PRIVACY_TIME_ZONE: "),
        ({"MONGODB_URI": "mongodb://localhost"}, "set all three or none"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(settings: dict[str, str], said: str) -> None:
    assert_refused(run_here("sweep", **settings), said)


def test_a_bad_policy_file_stops_prepare_with_file_rule_and_reason(
    installation: Installation, tmp_path: Path
) -> None:
    directory = tmp_path / "policies"
    directory.mkdir()
    shipped = Path(__file__).parents[2] / "config" / "policies" / "web2contact.toml"
    text = shipped.read_text().replace('duration = "P90D"', 'duration = "-P90D"')
    (directory / "web2contact.toml").write_text(text)

    result = installation.run("prepare", CONFIG_DIR=tmp_path)
    assert_refused(result, "web2contact.toml", "RET-1", "-P90D")
    assert len(result.stderr.splitlines()) == 1

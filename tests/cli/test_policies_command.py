"""`policies`: a file is checked, a due date explained, the promises are printed."""

from datetime import date
from pathlib import Path

import pytest

from telecom_privacy.commands.connection import connected
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.settings import PREFIX, Settings
from tests.cli.builders import Installation, assert_refused, run_here

CONFIG = Path(__file__).parents[2] / "config" / "policies"
_ADMIN = Access("test", ApiRole.ADMIN)


@pytest.mark.parametrize("name", [path.stem for path in sorted(CONFIG.glob("*.toml"))])
def test_a_shipped_file_is_valid(name: str) -> None:
    result = run_here("policies", "check", CONFIG / f"{name}.toml")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"{name}: valid; versions of 2018-05-25; the newest has ")
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('duration = "P90D"', 'duration = "-P90D"', "rule RET-1 (recording): duration: '-P90D' is"),
        ('trigger = "event"', 'trigger = "evnt"', "trigger: Must be one of: call_ended"),
        (
            'floor = "P5Y"',
            'floor = "P6Y"',
            "(client, subscriber_identity): floor: P6Y is above the",
        ),
        ("valid_from = 2018-05-25", "valid_from = soon", "not TOML"),
    ],
)
def test_a_mistake_is_one_line_with_file_version_rule_field_and_reason(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "web2contact.toml"
    file.write_text((CONFIG / "web2contact.toml").read_text("utf-8").replace(old, new, 1), "utf-8")
    result = run_here("policies", "check", file)
    assert_refused(result, "web2contact.toml: ", said)
    assert len(result.stderr.splitlines()) == 1


def test_several_files_and_directories_are_checked_and_every_mistake_is_said(
    tmp_path: Path,
) -> None:
    bad, worse = tmp_path / "web2contact.toml", tmp_path / "some" / "bureau24.toml"
    worse.parent.mkdir()
    text = (CONFIG / "web2contact.toml").read_text("utf-8")
    bad.write_text(text.replace('"order", ', '"ordre", '), "utf-8")
    worse.write_text((CONFIG / "bureau24.toml").read_text("utf-8").replace('"erase"', '"delete"'))
    result = run_here("policies", "check", bad, worse.parent, CONFIG)
    assert result.returncode == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == sorted(
        path.stem for path in CONFIG.glob("*.toml")
    )
    assert "web2contact.toml: version 2018-05-25: rule RET-5 (ordre, incident, " in result.stderr
    assert "no [[versions.categories]] table is named ordre; did you mean order?" in result.stderr
    assert result.stderr.count("bureau24.toml: ") == worse.read_text().count('"delete"')


def test_without_a_path_the_files_of_the_settings_are_checked(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    asked = ("policies", "check")
    assert len(run_here(*asked).stdout.splitlines()) == len(list(CONFIG.glob("*.toml")))
    assert_refused(run_here(*asked, CONFIG_DIR=tmp_path), "no policy file")
    assert_refused(run_here(*asked, tmp_path / "policies"), "no policy file")


def test_a_directory_without_policies_keeps_no_other_from_being_checked(tmp_path: Path) -> None:
    result = run_here("policies", "check", tmp_path, CONFIG)
    assert result.returncode == 1
    assert "no policy file" in result.stderr
    assert len(result.stdout.splitlines()) == len(list(CONFIG.glob("*.toml")))


def test_what_is_never_stored_is_said_to_be_with_the_rule(installation: Installation) -> None:
    settings = Settings.from_environment({f"{PREFIX}DATA_DIR": str(installation.data_dir)})
    with connected(settings) as services:
        details = {"id": "desk", "name": "Bureau"}
        services.clients.create(_ADMIN, details, "deskmanager", date(2026, 1, 1), [])
    result = installation.run("policies", "explain", "desk", "card")
    assert result.stdout == "card of client desk is never stored: RET-26 of deskmanager\n"
    assert result.returncode == 0


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert_refused(run_here("policies", "check", tmp_path / "none.toml"), "none.toml")


def test_the_table_is_the_page_of_the_documentation() -> None:
    result = run_here("policies", "table")
    assert result.returncode == 0, result.stderr
    assert result.stdout == (CONFIG.parents[1] / "docs" / "promises.md").read_text("utf-8")


def test_a_due_date_is_explained_by_policy_rule_and_reason(installation: Installation) -> None:
    result = installation.run(
        "policies", "explain", "cabinet", "recording", "--occurred-at", "2026-01-15T10:00"
    )
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "recording of client cabinet, kept as processor",
        "policy web2contact, version of 2018-05-25",
    ]
    assert "  RET-1: 90 days from the end of the call: over 2026-04-15 11:00:00+02:00" in lines
    assert "due: 2026-04-15 11:00:00+02:00 by RET-1 (erase)" in lines


def test_an_event_moves_the_date_of_the_operators_own_record(installation: Installation) -> None:
    asked = ("policies", "explain", "operator", "marketing", "--occurred-at", "2026-01-10T12:00Z")
    told = ("--event", "last_contact=2026-02-01T12:00Z", "--event", "revoked=2026-03-01T12:00Z")
    before, after = installation.run(*asked), installation.run(*asked, *told)
    assert "due: 2029-01-10 13:00:00+01:00 by RET-12 (erase)" in before.stdout, before.stderr
    assert "due: 2026-03-01 13:00:00+01:00 by RET-12 (erase)" in after.stdout, after.stderr


def test_what_an_earlier_policy_let_be_stored_is_explained_too(installation: Installation) -> None:
    """It is kept, and served, until the earlier promise is over, too."""
    settings = Settings.from_environment({f"{PREFIX}DATA_DIR": str(installation.data_dir)})
    with connected(settings) as services:
        details = {"id": "moved", "name": "Déménagé"}
        made = services.clients.create(_ADMIN, details, "web2contact", date(2026, 1, 1), [])
        services.clients.change(_ADMIN, made, {}, None, policy="deskmanager")
    assert_refused(installation.run("policies", "explain", "moved", "minor_data"), "do not name")
    result = installation.run("policies", "explain", "moved", "voicemail")
    assert "voicemail of client moved, kept as processor" in result.stdout, result.stderr
    assert "due: " in result.stdout


def test_the_role_in_which_a_record_is_kept_may_be_asked_for(installation: Installation) -> None:
    asked = ("policies", "explain", "cabinet", "consent")
    result = installation.run(*asked, "--role", "controller")
    assert "consent of client cabinet, kept as controller" in result.stdout, result.stderr
    refused = installation.run(*asked[:-1], "crm", "--role", "processor")
    assert_refused(refused, "crm as processor")


@pytest.mark.parametrize(
    ("client", "category", "said"),
    [("nobody", "recording", "client"), ("cabinet", "card", "do not name card")],
)
def test_what_is_not_known_cannot_be_explained(
    installation: Installation, client: str, category: str, said: str
) -> None:
    assert_refused(installation.run("policies", "explain", client, category), said)


@pytest.mark.parametrize(
    "event", ["ended=2026-01-01", "revoked", "revoked=yesterday", "revoked=9999-12-31"]
)
def test_an_event_that_cannot_be_read_is_a_misuse(event: str) -> None:
    result = run_here("policies", "explain", "cabinet", "consent", "--event", event)
    assert (result.returncode, result.stdout) == (2, "")

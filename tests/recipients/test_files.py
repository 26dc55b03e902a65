"""The list of recipients: what a file may say, and what stops the start."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy import preparation
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.recipients.files import load_recipients, read_recipients
from telecom_privacy.recipients.model import EEA, Safeguard
from telecom_privacy.settings import default_config_dir
from tests.cli.builders import run_here

ENTRY = {
    "name": '"Example"',
    "kind": '"sub-processor"',
    "service": '"hosting"',
    "purpose": '"machines"',
    "categories": '["traffic"]',
    "country": '"FR"',
    "since": "2025-01-01",
}
CLAUSES = '"standard-contractual-clauses"'
SHIPPED = default_config_dir() / "recipients.toml"


def written(tmp_path: Path, *entries: dict[str, Any]) -> Path:
    file = tmp_path / "recipients.toml"
    tables = (
        "".join(f"{name} = {value}\n" for name, value in {**ENTRY, **entry}.items() if value)
        for entry in entries
    )
    file.write_text("".join(f"[[recipients]]\n{table}" for table in tables))
    return file


def test_the_shipped_list_is_valid_and_marked_as_an_example() -> None:
    shipped = load_recipients(SHIPPED)
    assert all("fictional" in one.name for one in shipped)
    assert {one.safeguard for one in shipped if one.country not in EEA} == {
        Safeguard.STANDARD_CLAUSES
    }
    assert "these companies do not exist" in SHIPPED.read_text()


def test_the_economic_area_has_its_thirty_countries() -> None:
    assert len(EEA) == 30
    assert not EEA & {"GB", "CH", "US"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"country": '"US"'}, "Example: safeguard: US is outside the EEA"),
        ({"country": '"GB"'}, "Example: safeguard: GB is outside the EEA"),
        (
            {"country": '"US"', "safeguard": CLAUSES},
            "Example: ground: a transfer outside the EEA needs one",
        ),
        ({"country": '"US"', "safeguard": CLAUSES, "ground": '""'}, "Example: ground: Shorter"),
        ({"country": '"US"', "safeguard": '"trust"'}, "Example: safeguard: Must be one of"),
        ({"safeguard": '"adequacy"'}, "Example: safeguard: inside the EEA none is needed"),
        ({"country": '"France"'}, "Example: country: Must be a code of ISO 3166-1"),
        ({"until": "2024-12-31"}, "Example: until: lies before since"),
        ({"since": '"2025-01-01"'}, "Example: since: Not a date"),
        ({"categories": "[]"}, "Example: categories: Shorter than minimum length 1."),
        ({"purpose": None}, "Example: purpose: Missing data"),
        ({"name": None}, "recipient 1: name: Missing data"),
        ({"more": "1"}, "Example: more: Unknown field."),
        ({"since": "soon"}, "not TOML"),
    ],
)
def test_a_mistake_is_one_line_with_entry_field_and_reason(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    file = written(tmp_path, change)
    found = read_recipients(file)
    assert isinstance(found, list)
    assert found[0].startswith(f"recipients.toml: {said}")
    with pytest.raises(ConfigurationError, match=r"Example|recipient 1|not TOML"):
        load_recipients(file)


def test_a_recorded_ground_allows_a_transfer(tmp_path: Path) -> None:
    ground = {"safeguard": '"adequacy"', "ground": '"Decision (EU) 2021/1772"'}
    [found] = load_recipients(written(tmp_path, {"country": '"GB"', **ground}))
    assert (found.safeguard, found.ground) == (Safeguard.ADEQUACY, "Decision (EU) 2021/1772")


def test_two_entries_for_one_service_at_a_time_are_refused(tmp_path: Path) -> None:
    for until, is_valid in ((None, False), ("2025-06-30", False), ("2025-06-29", True)):
        file = written(tmp_path, {"until": until}, {"since": "2025-06-30"})
        assert isinstance(read_recipients(file), tuple) == is_valid


def test_without_a_file_the_list_is_empty(tmp_path: Path) -> None:
    assert load_recipients(tmp_path / "recipients.toml") == ()


def test_a_transfer_without_ground_stops_the_start(settings: Any, tmp_path: Path) -> None:
    written(tmp_path, {"country": '"US"'})
    (tmp_path / "policies").symlink_to(settings.config_dir.absolute() / "policies")
    with pytest.raises(ConfigurationError, match="Example: safeguard: US is outside the EEA"):
        preparation.prepare(replace(settings, config_dir=tmp_path))


def test_the_command_says_every_mistake(tmp_path: Path) -> None:
    result = run_here("recipients", "check", written(tmp_path, {"country": '"US"'}, {"since": "1"}))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 2
    assert "outside the EEA" in result.stderr
    good = run_here("recipients", "check", SHIPPED)
    assert (good.returncode, good.stdout) == (0, "recipients.toml: valid; 3 recipients\n")

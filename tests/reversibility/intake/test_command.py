"""`telecom-privacy import package`, as whoever takes a client over runs it."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.builders import assert_refused, run_here
from tests.reversibility.intake.conftest import Operator


@pytest.fixture
def command(new: Operator) -> Any:
    settings = new.services.settings
    environment = {
        name.upper(): getattr(settings, name)
        for name in (
            "mongodb_uri",
            "keystore_uri",
            "audit_uri",
            "database_prefix",
            "data_dir",
            "key_dir",
        )
    }
    return lambda *arguments: run_here("import", "package", *arguments, **environment)


def test_a_package_is_taken_in_with_its_operator_s_certificate(
    package: Path, old: Operator, command: Any, name: str, tmp_path: Path
) -> None:
    pem = tmp_path / "operator.pem"
    pem.write_bytes(old.api.request("GET", "/v1/exports/certificate").data)
    done = command(package, "--client", name, "--certificate", pem)
    assert done.returncode == 0, done.stderr
    assert "6 calls" in done.stdout
    assert "refused: nothing" in done.stdout
    assert "not known" not in done.stderr


def test_without_a_certificate_it_says_that_anybody_may_have_signed(
    package: Path, command: Any, name: str
) -> None:
    done = command(package, "--client", name)
    assert done.returncode == 0, done.stderr
    assert "that this is its operator is not known" in done.stderr


def test_another_s_certificate_is_refused(
    package: Path, new: Operator, command: Any, name: str, tmp_path: Path
) -> None:
    pem = tmp_path / "other.pem"
    pem.write_bytes(new.api.request("GET", "/v1/exports/certificate").data)
    assert_refused(command(package, "--client", name, "--certificate", pem), "another certificate")
    assert not new.has(name)


def test_what_is_refused_makes_the_status_1(package: Path, command: Any, name: str) -> None:
    done = command(package, "--client", name, "--policy", "deskmanager")
    assert done.returncode == 1
    assert "not imported: calls.jsonl line" in done.stdout
    assert "Card data" in done.stdout


def test_an_unknown_policy_is_one_line(package: Path, command: Any, name: str) -> None:
    assert_refused(command(package, "--client", name, "--policy", "none"), "no such policy")

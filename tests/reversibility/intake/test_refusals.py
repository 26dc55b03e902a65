"""What is not taken in: said line by line, and the rest is stored."""

from pathlib import Path

import pytest

from telecom_privacy.errors import ConfigurationError, IntegrityError, Invalid
from telecom_privacy.reversibility.intake.report import Refused
from tests.reversibility.intake.conftest import Operator
from tests.reversibility.tables.builders import AUDIO, CALLER, CALLS

GONE = "it was erased, or its time is over"


def reasons(refused: list[Refused], table: str) -> set[str]:
    return {one.reason for one in refused if one.table == table}


def test_nothing_of_an_altered_package_is_taken_in(
    package: Path, new: Operator, name: str, tmp_path: Path
) -> None:
    altered = tmp_path / "altered.zip"
    altered.write_bytes(package.read_bytes().replace(b"licence-1", b"licence-2"))
    with pytest.raises(IntegrityError, match="altered"):
        new.take(altered, name)
    assert not new.has(name)


def test_a_package_about_one_person_is_not_taken_in(
    old: Operator, new: Operator, name: str
) -> None:
    about_one = old.package(kind="subject", subject=CALLER)
    with pytest.raises(ConfigurationError, match="one person"):
        new.take(about_one, name)
    assert not new.has(name)


def test_a_policy_that_is_unknown_here_makes_no_client(
    package: Path, new: Operator, name: str
) -> None:
    with pytest.raises(Invalid):
        new.take(package, name, policy="nobody's")
    assert not new.has(name)


def test_what_the_policy_here_does_not_host_is_refused(
    package: Path, new: Operator, name: str
) -> None:
    report, refused = new.take(package, name, policy="informatique70")
    assert report.refused["records/voicemail"] == 1
    assert reasons(refused, "records/voicemail") == {
        "category: The client's policy does not name this category."
    }
    assert report.stored["calls"] > 0


def test_terms_agreed_under_another_policy_are_not_taken_over_silently(
    package: Path, new: Operator, name: str
) -> None:
    _, refused = new.take(package, name, policy="informatique70")
    assert refused[0].place == "client.json"
    assert refused[0].reason == "terms: They were agreed under another policy."
    shown = new.api.as_("admin", "GET", f"/v1/clients/{name}").json
    assert (shown["terms"], shown["policy"]) == ({}, "informatique70")


def test_card_data_is_refused_where_it_is_never_kept(
    package: Path, new: Operator, name: str
) -> None:
    report, refused = new.take(package, name, policy="deskmanager")
    assert reasons(refused, "calls") == {"note: Card data, which is never stored (RET-26)."}
    assert (report.refused["calls"], report.stored["calls"]) == (1, len(CALLS))


def test_audio_that_was_not_asked_for_is_missed(old: Operator, new: Operator, name: str) -> None:
    report, refused = new.take(old.package(audio=False), name)
    assert reasons(refused, "recordings") == {"no such audio in the package"}
    assert report.refused["recordings"] == len(AUDIO)


def test_what_was_deleted_or_changed_here_since_stays_so(
    package: Path, new: Operator, name: str
) -> None:
    new.take(package, name)
    path = f"/v1/clients/{name}/calls"
    new.api.as_client(name, "PATCH", f"{path}/two", json={"note": "changed here"})
    assert new.api.as_client(name, "DELETE", f"{path}/one").status_code == 204
    _, refused = new.take(package, name)
    assert reasons(refused, "calls") == {f"_schema: {GONE}"}
    assert new.api.as_client(name, "GET", f"{path}/two").json["note"] == "changed here"
    assert new.api.as_client(name, "GET", f"{path}/one").status_code == 410


def test_what_is_past_its_term_here_is_refused_and_named_by_its_line_alone(
    package: Path, new: Operator, name: str
) -> None:
    today = new.clock.now()
    new.clock.advance(days=200)
    try:
        report, refused = new.take(package, name)
    finally:
        new.clock.set(today)
    assert reasons(refused, "recordings") == {"the retention term of this recording is over"}
    assert {one.line for one in refused} == set(range(1, len(AUDIO) + 1))
    assert report.stored["calls"] > len(CALLS)

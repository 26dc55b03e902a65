"""The file of legal bases: what it may say, and what stops the start."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy import preparation
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.legal_bases.files import load_legal_bases, read_legal_bases
from telecom_privacy.legal_bases.model import AuthorisationKind, BasisKind, DataCategory
from telecom_privacy.settings import Settings, default_config_dir
from tests.cli.builders import run_here

BASIS = {
    "id": '"law-1"',
    "title": '"Requisition"',
    "text": '"Code, article 1"',
    "kind": '"production"',
    "authorities": '["judicial_police"]',
    "ranks": '["opj"]',
    "categories": '["identity", "traffic"]',
    "deadline": '"without_delay"',
    "secrecy": '"Code, article 2"',
    "valid_from": "2020-01-01",
}
LAWYER = '{ profession = "lawyer", categories = ["traffic"], text = "Code" }'
SHIPPED = default_config_dir() / "legal_bases.toml"


def written(tmp_path: Path, *bases: dict[str, Any], more: str = "") -> Path:
    file = tmp_path / "legal_bases.toml"
    tables = (
        "".join(f"{name} = {value}\n" for name, value in {**BASIS, **basis}.items() if value)
        for basis in bases
    )
    file.write_text("".join(f"[[bases]]\n{table}" for table in tables) + more)
    return file


def test_the_shipped_file_has_every_instrument_and_confirms_none() -> None:
    shipped = load_legal_bases(SHIPPED)
    assert {basis.id for basis in shipped.bases} == {
        "cpp-60-1",
        "cpp-60-2",
        "cpp-60-2-2",
        "cpp-77-1-1",
        "cpp-77-1-2",
        "cpp-99-3",
        "cpp-99-4",
        "cpp-99-4-2",
        "csi-l851-1",
        "lpf-l96g",
        "douanes-65-quinquies",
        "cmf-l621-10-2",
        "ccom-l450-3-3",
        "eevidence-epoc",
        "eevidence-epoc-pr",
    }
    assert not any(basis.confirmed for basis in shipped.bases)
    assert not any(basis.client_informed for basis in shipped.bases)


def test_the_shipped_criminal_texts_depend_on_article_60_1_2_with_its_four_cases() -> None:
    shipped = load_legal_bases(SHIPPED)
    limited = {basis.id for basis in shipped.bases if "cpp-60-1-2" in basis.conditions}
    assert limited == {
        "cpp-60-1",
        "cpp-60-2",
        "cpp-77-1-1",
        "cpp-77-1-2",
        "cpp-99-3",
        "cpp-99-4",
    }
    condition = next(one for one in shipped.conditions if one.id == "cpp-60-1-2")
    assert [case.minimum_penalty_months for case in condition.cases] == [36, 12, 1, None]
    assert [(alias.id, str(alias.valid_from)) for alias in condition.aliases] == [
        ("cpp-l3513-7", "2029-01-01")
    ]


def test_the_shipped_traffic_of_a_lawyer_needs_an_order_of_the_judge_everywhere() -> None:
    for basis in load_legal_bases(SHIPPED).bases:
        if basis.kind is BasisKind.PRODUCTION and "cpp-60-1-2" in basis.conditions:
            terms = basis.terms_for("lawyer", DataCategory.TRAFFIC)
            assert terms is not None
            assert terms.condition is AuthorisationKind.JLD_ORDER


def test_no_shipped_telematic_or_administrative_text_reaches_content() -> None:
    with_content = {
        basis.id
        for basis in load_legal_bases(SHIPPED).bases
        if DataCategory.CONTENT in basis.categories and basis.kind is BasisKind.PRODUCTION
    }
    assert with_content == {"cpp-60-1", "cpp-77-1-1", "cpp-99-3", "eevidence-epoc"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": None}, "entry 1: id: Missing data"),
        ({"id": '"Article 1"'}, "Article 1: id: Not an id such as cpp-60-1."),
        ({"kind": '"curiosity"'}, "law-1: kind: Must be one of"),
        ({"authorities": "[]"}, "law-1: authorities: Shorter than minimum length 1."),
        ({"authorities": '["police", "tax"]'}, "law-1: authorities: 0: Must be one of"),
        ({"categories": '["everything"]'}, "law-1: categories: 0: Must be one of"),
        ({"categories": '["traffic", "traffic"]'}, "law-1: categories: Names something twice."),
        ({"deadline": '"soon"'}, "law-1: deadline: 'soon' is not a duration"),
        ({"deadline": None}, "law-1: deadline: Missing data"),
        ({"secrecy": None}, "law-1: secrecy: Missing data"),
        ({"valid_from": '"2020-01-01"'}, "law-1: valid_from: Not a date"),
        ({"valid_to": "2019-12-31"}, "law-1: valid_to: lies before valid_from"),
        ({"preservation": '"P60D"'}, "law-1: preservation: does not fit the kind production"),
        ({"kind": '"preservation"'}, "law-1: preservation: does not fit the kind preservation"),
        ({"extension": '"P30D"'}, "law-1: extension: does not fit the kind production"),
        (
            {"emergency_deadline": '"PT8H"'},
            "law-1: emergency_deadline: without a deadline that it shortens",
        ),
        ({"authorised_ranks": '["opj"]'}, "law-1: authorised_ranks: without authorisations"),
        (
            {"authorised_ranks": '["apj"]', "authorisations": '["prosecutor"]'},
            "law-1: authorised_ranks: apj is none of ranks",
        ),
        ({"rank_categories": '{ apj = ["identity"] }'}, "law-1: rank_categories: apj is none"),
        (
            {"rank_categories": '{ opj = ["content"] }'},
            "law-1: categories: a rank or profession has more",
        ),
        ({"professions": f"[{LAWYER}, {LAWYER}]"}, "law-1: professions: lawyer: a category twice"),
        (
            {"conditions": '["law-2"]'},
            "law-1: conditions: no [[conditions]] table has the id law-2",
        ),
        ({"surprise": "1"}, "law-1: surprise: Unknown field."),
        ({"confirmed": "{ on = 2026-01-01 }"}, "law-1: confirmed: by_role: Missing data"),
        (
            {"confirmed": '{ on = 2999-01-01, by_role = "general counsel" }'},
            "law-1: confirmed: on: lies ahead",
        ),
        ({"valid_from": "soon"}, "not TOML"),
    ],
)
def test_a_mistake_is_one_line_with_entry_field_and_reason(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    file = written(tmp_path, change)
    found = read_legal_bases(file)
    assert isinstance(found, list)
    assert found[0].startswith(f"legal_bases.toml: {said}")
    with pytest.raises(ConfigurationError):
        load_legal_bases(file)


def test_a_text_may_change_on_a_day_but_never_mean_two_things(tmp_path: Path) -> None:
    for until, is_valid in ((None, False), ("2025-06-30", False), ("2025-06-29", True)):
        file = written(tmp_path, {"valid_to": until}, {"valid_from": "2025-06-30"})
        assert isinstance(read_legal_bases(file), list) is not is_valid


def test_a_new_number_may_not_be_that_of_another_text(tmp_path: Path) -> None:
    alias = '[{ id = "law-2", text = "Code, article 2", valid_from = 2025-01-01 }]'
    found = read_legal_bases(written(tmp_path, {"aliases": alias}, {"id": '"law-2"'}))
    assert found == ["legal_bases.toml: bases: law-2 means two entries on 2025-01-01"]


def test_a_mistake_or_a_file_that_is_missing_stops_the_start(
    settings: Settings, tmp_path: Path
) -> None:
    for file, reason in (
        (written(tmp_path, {"kind": '"curiosity"'}), "law-1: kind: Must be one of"),
        (tmp_path / "nothing.toml", "nothing.toml: cannot be read"),
    ):
        with pytest.raises(ConfigurationError, match=reason):
            preparation.prepare(replace(settings, legal_bases_file=file))


def test_the_command_says_every_mistake(tmp_path: Path) -> None:
    result = run_here("legal-bases", "check", written(tmp_path, {"kind": '"x"', "ranks": "[]"}))
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 2)
    good = run_here("legal-bases", "check", SHIPPED)
    said = "legal_bases.toml: valid; 15 legal bases, 15 unconfirmed\n"
    assert (good.returncode, good.stdout) == (0, said)

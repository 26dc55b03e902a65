"""Every mistake in a policy file stops the start with one line that says where and why."""

from dataclasses import replace

import pytest

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.files import load_policies, read_policy
from telecom_privacy.policies.model import ROLES, Category
from telecom_privacy.scope import Role
from tests.policies.samples import POLICIES

HEAD = 'name = "sample"\nnotice = "A notice"\n'
VERSION = "[[versions]]\nvalid_from = 2020-01-01\n"
FIELDS = {
    "id": '"RET-1"',
    "category": '"recording"',
    "role": '"processor"',
    "purpose": '"service"',
    "legal_basis": '"contract"',
    "recipients": '["the client"]',
    "trigger": '"call_ended"',
    "duration": '"P90D"',
    "action": '"erase"',
}


def rule(**changed):
    """A rule table; a field set to None is left out."""
    lines = (f"{name} = {value}" for name, value in {**FIELDS, **changed}.items() if value)
    return "\n".join(["[[versions.rules]]", *lines, ""])


OTHERS = [
    {"id": '"RET-4"', "category": '"call"'},
    {"id": '"RET-3"', "category": '"licence"', "trigger": '"contract_ended"'},
    {
        "id": '"RET-30"',
        "category": '"client"',
        "role": '"controller"',
        "trigger": '"contract_ended"',
    },
    {"id": '"RET-29"', "category": '"traffic"', "role": '"controller"', "trigger": '"event"'},
]


def complete(*left_out):
    """A version with a rule for every category, but those that are left out."""
    named = [{}, *(other for other in OTHERS)]
    return VERSION + "".join(rule(**one) for one in named if _category(one) not in left_out)


def _category(changed):
    return {**FIELDS, **changed}["category"].strip('"')


def mistake(directory, text, name="sample"):
    (directory / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_policies(directory)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "sample.toml").write_text(HEAD + complete(), "utf-8")
    (policy,) = load_policies(tmp_path).values()
    assert (policy.name, policy.notice, len(policy.versions[0].rules)) == ("sample", "A notice", 5)


def test_a_version_without_a_rule_for_the_client_itself_is_refused(tmp_path):
    found = mistake(tmp_path, HEAD + complete(Category.CLIENT))
    assert found == "sample.toml: version 2020-01-01: rules: no rule for client as controller"


@pytest.mark.parametrize("category", [one for one in Category if one is not Category.CLIENT])
def test_a_version_may_leave_out_what_it_does_not_let_be_stored(tmp_path, category):
    (tmp_path / "sample.toml").write_text(HEAD + complete(category), "utf-8")
    (version,) = load_policies(tmp_path)["sample"].versions
    assert not version.stores(category, ROLES[category])
    assert version.role_of(category, operator=False) is None


@pytest.mark.parametrize("category", list(Category))
def test_what_has_behaviour_of_its_own_is_kept_in_one_role(tmp_path, category):
    (other,) = set(Role) - {ROLES[category]}
    one = next(one for one in [{}, *OTHERS] if _category(one) == category)
    text = complete() + rule(**{**one, "role": f'"{other}"'})
    assert mistake(tmp_path, HEAD + text).endswith(
        f"({category}): role: {category} is kept as {ROLES[category]}"
    )


def test_a_rule_that_is_off_does_not_count(tmp_path):
    text = complete("client") + rule(**OTHERS[2], enabled="false")
    assert mistake(tmp_path, HEAD + text).endswith("no rule for client as controller")


def test_every_version_is_complete(tmp_path):
    later = complete("client").replace("2020-01-01", "2021-01-01")
    found = mistake(tmp_path, HEAD + complete() + later)
    assert found.startswith("sample.toml: version 2021-01-01: rules: no rule for client ")


IN_RULE = [
    ({"category": '"Call note"'}, "rule RET-1 (Call note): category: String does not match "),
    ({"role": '"owner"'}, "rule RET-1 (recording): role: Must be one of: controller, processor."),
    ({"purpose": '"serivce"'}, "rule RET-1 (recording): purpose: Must be one of: service, "),
    ({"trigger": '"call_end"'}, "rule RET-1 (recording): trigger: Must be one of: call_ended, "),
    ({"action": '"delete"'}, "rule RET-1 (recording): action: Must be one of: erase, "),
    ({"duration": '"-P1D"'}, "rule RET-1 (recording): duration: '-P1D' is not a duration "),
    ({"duration": '"90 days"'}, "rule RET-1 (recording): duration: '90 days' is not a duration "),
    ({"duration": "90"}, "rule RET-1 (recording): duration: 90 is not a duration "),
    ({"duration": None}, "rule RET-1 (recording): duration: Missing data for required field."),
    ({"id": None}, "rule without id (recording): id: Missing data for required field."),
    ({"id": '"RET-33"'}, "rule RET-33 (recording): id: Not one of RET-1 to RET-32."),
    ({"id": '"90 days"'}, "rule 90 days (recording): id: "),
    ({"category": None}, "rule RET-1 (no category): category: Missing data"),
    ({"legal_basis": '""'}, "rule RET-1 (recording): legal_basis: Shorter than minimum length 1."),
    ({"recipients": "[]"}, "rule RET-1 (recording): recipients: Shorter than minimum length 1."),
    ({"recipients": '[""]'}, "rule RET-1 (recording): recipients: 0: Shorter than minimum length"),
    ({"ceilling": '"P1Y"'}, "rule RET-1 (recording): ceilling: Unknown field."),
    ({"enabled": '"no"'}, "rule RET-1 (recording): enabled: Not true or false."),
    (
        {"floor": '"P1Y"', "ceiling": '"P6M"'},
        "rule RET-1 (recording): floor: P1Y is above the ceiling P6M",
    ),
    (
        {"floor": '"P6M"'},
        "rule RET-1 (recording): duration: P90D is below the floor P6M",
    ),
    (
        {"ceiling": '"P30D"'},
        "rule RET-1 (recording): duration: P90D is above the ceiling P30D",
    ),
    (
        {"ceiling": '"P6M"', "at_least": '"P200D"'},
        "rule RET-1 (recording): at_least: P200D is above the ceiling P6M",
    ),
    (
        {"ceiling": '"P6M"', "option": '{name = "storage_extension", duration = "P1Y"}'},
        "rule RET-1 (recording): option: P1Y is above the ceiling P6M",
    ),
    (
        {"option": '{name = "storage", duration = "P1Y"}'},
        "rule RET-1 (recording): option: name: Must be one of: recording, storage_extension.",
    ),
    (
        {"trigger": '"event"'},
        "rule RET-1 (recording): trigger: event cannot start a term of recording",
    ),
]


@pytest.mark.parametrize(("changed", "expected"), IN_RULE)
def test_a_mistake_in_a_rule_is_named(tmp_path, changed, expected):
    found = mistake(tmp_path, HEAD + VERSION + rule(**changed))
    assert found.startswith(f"sample.toml: version 2020-01-01: {expected}")


def declared(*names):
    return "".join(f'[[versions.categories]]\nname = "{name}"\n' for name in names)


def message(category, **changed):
    """A rule that ends some records with the contract."""
    return rule(**{"category": category, "trigger": '"contract_ended"', **changed})


def test_one_rule_may_speak_of_several_categories(tmp_path):
    text = complete() + message('["message", "note"]', id='"RET-3"') + declared("message", "note")
    (tmp_path / "sample.toml").write_text(HEAD + text, "utf-8")
    (version,) = load_policies(tmp_path)["sample"].versions
    one, other = version.rules[-2:]
    assert (one.category, other.category) == ("message", "note")
    assert one == replace(other, category="message")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("[]", "rule RET-1 (): category: Names nothing."),
        ('["message", "Note"]', "rule RET-1 (message, Note): category: String does not match"),
        ('["message", "message"]', "a second rule for service from contract_ended"),
        ('["message", "traffic"]', "(message, traffic): role: traffic is kept as controller"),
    ],
)
def test_a_mistake_in_what_a_rule_speaks_of_is_named(tmp_path, names, expected):
    assert expected in mistake(tmp_path, HEAD + complete() + message(names) + declared("message"))


@pytest.mark.parametrize(
    ("mistyped", "hint"),
    [("mesage", "; did you mean message?"), ("recordng", "; did you mean recording?"), ("x", "")],
)
def test_a_mistyped_category_is_no_new_category(tmp_path, mistyped, hint):
    text = complete() + message(f'["message", "{mistyped}"]') + declared("message")
    assert mistake(tmp_path, HEAD + text) == (
        f"sample.toml: version 2020-01-01: rule RET-1 (message, {mistyped}): category: "
        f"no [[versions.categories]] table is named {mistyped}{hint}"
    )


def test_a_category_that_no_rule_ends_is_refused(tmp_path):
    text = complete() + message('"message"') + declared("message", "mesage")
    assert mistake(tmp_path, HEAD + text) == (
        "sample.toml: version 2020-01-01: category mesage: "
        "no rule says how long it is kept; did you mean message?"
    )


def test_every_mistake_of_a_file_is_told_where_all_are_asked_for(tmp_path):
    text = complete() + message('"mesage"') + message('"note"') + declared("message")
    (tmp_path / "sample.toml").write_text(HEAD + text, "utf-8")
    found = read_policy(tmp_path / "sample.toml")
    assert sorted(line.split(": ")[2] for line in found) == [
        "category message",
        "rule RET-1 (mesage)",
        "rule RET-1 (note)",
    ]


def test_mistakes_of_each_kind_are_told_together_and_each_as_often_as_it_was_made(tmp_path):
    agreed = {"id": '"RET-8"', "duration": '"agreed"', "ceiling": '"P1Y"'}
    text = complete() + rule() + rule(id='"RET-10"') + declared("one", "other", "one")
    text += message('"one"', **agreed) + message('"other"', **agreed)
    (tmp_path / "sample.toml").write_text(HEAD + text, "utf-8")
    assert sorted(line.split(": ", 2)[2] for line in read_policy(tmp_path / "sample.toml")) == [
        "category one: named twice",
        "rule RET-1 (recording): a second rule for service from call_ended",
        "rule RET-10 (recording): a second rule for service from call_ended",
        "rule RET-8 (one): duration: nothing ends it without an agreement",
        "rule RET-8 (other): duration: nothing ends it without an agreement",
    ]


def test_every_mistake_of_one_rule_is_told(tmp_path):
    wrong = rule(role='"controller"', trigger='"event"', purpose='"other"', ceiling='"P30D"')
    (tmp_path / "sample.toml").write_text(HEAD + VERSION + wrong, "utf-8")
    found = read_policy(tmp_path / "sample.toml")
    assert [line.split(": ")[3] for line in found] == ["role", "trigger", "purpose", "duration"]


def test_the_rule_at_fault_is_named_among_several(tmp_path):
    other = rule(id='"RET-3"', trigger='"contract_ended"', duration='"P"')
    found = mistake(tmp_path, HEAD + VERSION + rule() + other)
    assert found.startswith(
        "sample.toml: version 2020-01-01: rule RET-3 (recording): duration: 'P' is"
    )


@pytest.mark.parametrize("identifier", ['"RET-1"', '"RET-10"'])
def test_a_second_rule_for_the_same_purpose_and_trigger_is_refused(tmp_path, identifier):
    found = mistake(tmp_path, HEAD + complete() + rule(id=identifier))
    assert found == (
        f"sample.toml: version 2020-01-01: rule {identifier.strip(chr(34))} (recording): "
        "a second rule for service from call_ended"
    )


@pytest.mark.parametrize("later", ["2020-01-01", "2019-12-31"])
def test_versions_must_ascend(tmp_path, later):
    second = f"[[versions]]\nvalid_from = {later}\n"
    found = mistake(tmp_path, HEAD + complete() + complete().replace(VERSION, second))
    assert found == (
        f"sample.toml: version {later}: valid_from: not after the version before it (2020-01-01)"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, "sample.toml: versions: Missing data for required field."),
        (HEAD + "versions = []", "sample.toml: versions: Shorter than minimum length 1."),
        (HEAD + 'versions = "all"', "sample.toml: versions: Not a valid list."),
        (HEAD + "versions = [1]", "sample.toml: version without date: Invalid input type."),
        (HEAD + VERSION, "sample.toml: version 2020-01-01: rules: Missing data for required field"),
        (
            HEAD + "[[versions]]\n" + rule(),
            "sample.toml: version without date: valid_from: Missing",
        ),
        (
            HEAD + '[[versions]]\nvalid_from = "2020-01-01"\n' + rule(),
            "sample.toml: version 2020-01-01: valid_from: Not a date such as 2018-05-25",
        ),
        (
            HEAD + "[[versions]]\nvalid_from = 2020-01-01T00:00:00Z\n" + rule(),
            "sample.toml: version 2020-01-01 00:00:00+00:00: valid_from: Not a date such as",
        ),
        ("note = 1\n" + HEAD + complete(), "sample.toml: note: Unknown field."),
        ('notice = "A notice"\n' + complete(), "sample.toml: name: Missing data"),
        ("name = ", "sample.toml: not TOML: "),
    ],
)
def test_a_mistake_outside_the_rules_is_named(tmp_path, text, expected):
    assert mistake(tmp_path, text).startswith(expected)


def test_a_policy_is_called_as_its_file(tmp_path):
    found = mistake(tmp_path, HEAD + complete(), name="other")
    assert found == "other.toml: name: sample is not the file's name"


def test_a_file_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "sample.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(ConfigurationError, match=r"^sample.toml: not UTF-8 text$"):
        load_policies(tmp_path)


def test_a_directory_without_policies_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="no policy file"):
        load_policies(tmp_path)


AGREED = {"id": '"RET-8"', "duration": '"agreed"', "ceiling": '"P1Y"'}


def test_a_term_may_be_left_to_an_agreement(tmp_path):
    text = HEAD + complete() + rule(**{**AGREED, "trigger": '"contract_ended"'})
    (tmp_path / "sample.toml").write_text(text, "utf-8")
    assert load_policies(tmp_path)["sample"].versions[0].rules[-1].duration is None


@pytest.mark.parametrize(
    "changed",
    [
        {"ceiling": None},
        {"role": '"controller"', "category": '"enquiry"'},
        {"option": '{name = "storage_extension", duration = "P6M"}'},
    ],
)
def test_only_what_can_be_agreed_is_left_to_an_agreement(tmp_path, changed):
    found = mistake(tmp_path, HEAD + VERSION + rule(**{**AGREED, **changed}))
    assert "duration: agreed: only of processor data with a ceiling" in found


def test_something_must_end_what_is_left_to_an_agreement(tmp_path):
    text = complete() + rule(**{**AGREED, "category": '"message"'}) + declared("message")
    found = mistake(tmp_path, HEAD + text)
    assert found.endswith("rule RET-8 (message): duration: nothing ends it without an agreement")


@pytest.mark.parametrize("longest", ["P4M", "P0M", "P60D", "P2MT1H"])
def test_a_person_waits_no_longer_than_the_law_allows_and_by_the_calendar(tmp_path, longest):
    version = complete().replace(VERSION, f'{VERSION}longest_answer = "{longest}"\n')
    assert "Not from P1M to P3M" in mistake(tmp_path, HEAD + version)


def test_a_notice_that_promises_an_answer_in_two_months_says_so():
    longest = {name: policy.versions[-1].longest_answer for name, policy in POLICIES.items()}
    assert longest.pop("messagebird") == Duration(months=2)
    assert set(longest.values()) == {Duration(months=3)}

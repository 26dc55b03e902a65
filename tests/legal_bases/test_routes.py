"""The legal bases over HTTP."""

from tests.builders import Api


def test_legal_staff_and_the_dpo_read_the_texts_and_nobody_else(api: Api) -> None:
    for role in ("legal", "dpo"):
        assert api.as_(role, "GET", "/v1/legal-bases").status_code == 200
    for role in ("admin", "auditor", "support", "billing", "platform"):
        assert api.as_(role, "GET", "/v1/legal-bases").status_code == 403


def test_the_texts_of_a_day_are_listed(api: Api) -> None:
    before = api.as_("legal", "GET", "/v1/legal-bases?on=2026-08-17").json
    after = api.as_("legal", "GET", "/v1/legal-bases?on=2026-08-18").json
    new = {item["id"] for item in after["items"]} - {item["id"] for item in before["items"]}
    assert new == {"eevidence-epoc", "eevidence-epoc-pr"}
    order = next(item for item in after["items"] if item["id"] == "eevidence-epoc-pr")
    assert (order["deadline"], order["preservation"], order["extension"]) == (
        "without_delay",
        "P60D",
        "P30D",
    )
    assert (order["confirmed"], order["client_informed"]) == (None, False)
    assert {one["id"] for one in after["conditions"]} == {"cpp-60-1-2", "eevidence-5-4"}

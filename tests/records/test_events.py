"""Events start terms anew or end them; a record that is due by one goes in the request."""

from datetime import timedelta

import pytest

from telecom_privacy.bootstrap import Services
from tests.records.builders import RecordApi

ENQUIRY, UNPAID, MARKETING = "enquiry", "unpaid_invoice", "marketing"


def test_an_enquiry_is_kept_until_it_is_resolved_and_then_gone_at_once(
    api: RecordApi, client: str
) -> None:
    api.stored(client, ENQUIRY, "open", {}, ago=timedelta(days=3000))
    assert api.get(client, ENQUIRY, "open").status_code == 200
    answer = api.event(client, ENQUIRY, "open", "resolved", role="platform")
    assert (answer.status_code, answer.get_json()["erased"]) == (200, True)
    assert api.get(client, ENQUIRY, "open").status_code == 410
    assert api.put(client, ENQUIRY, "open", {}, ago=timedelta(days=3000)).status_code == 410
    assert api.event(client, ENQUIRY, "open", "reopened").status_code == 410


def test_an_invoice_that_is_settled_goes_after_two_days_and_no_sweep_has_to_run(
    api: RecordApi, client: str
) -> None:
    api.stored(client, UNPAID, "late", {}, ago=timedelta(days=100))
    noted = api.event(client, UNPAID, "late", "settled", role="dpo").get_json()
    assert (noted["erased"], list(noted["events"])) == (False, ["settled"])
    api.clock.advance(hours=47, minutes=59)
    assert api.get(client, UNPAID, "late", "dpo").status_code == 200
    api.clock.advance(minutes=1)
    assert api.get(client, UNPAID, "late", "dpo").status_code == 410


def test_a_payment_that_bounces_cancels_the_settlement(api: RecordApi, client: str) -> None:
    api.stored(client, UNPAID, "late", {}, ago=timedelta(days=100))
    api.event(client, UNPAID, "late", "settled", role="platform")
    api.clock.advance(hours=1)
    api.event(client, UNPAID, "late", "defaulted", role="platform")
    api.clock.advance(days=30)
    assert api.get(client, UNPAID, "late", "dpo").status_code == 200


def test_each_contact_starts_the_term_anew_and_a_late_report_does_not_shorten_it(
    api: RecordApi, client: str
) -> None:
    api.stored(client, MARKETING, "lead", {}, ago=timedelta(days=300))
    api.event(client, MARKETING, "lead", "last_contact", role="dpo")
    earlier = (api.clock.now() - timedelta(days=200)).isoformat()
    api.event(client, MARKETING, "lead", "last_contact", role="dpo", at=earlier)
    api.clock.advance(days=364)
    assert api.get(client, MARKETING, "lead", "dpo").status_code == 200
    api.clock.advance(days=2)
    assert api.get(client, MARKETING, "lead", "dpo").status_code == 410


@pytest.mark.parametrize("days", [-11, 1])
def test_an_event_before_its_record_or_in_the_future_is_refused(
    api: RecordApi, client: str, days: int
) -> None:
    api.stored(client, ENQUIRY, "open", {}, ago=timedelta(days=10))
    at = (api.clock.now() + timedelta(days=days)).isoformat()
    answer = api.event(client, ENQUIRY, "open", "resolved", at=at)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["at"])


def test_an_unknown_event_or_record_is_refused(api: RecordApi, client: str) -> None:
    api.stored(client, ENQUIRY, "open", {})
    assert api.event(client, ENQUIRY, "open", "forgotten").status_code == 422
    assert api.event(client, ENQUIRY, "absent", "resolved").status_code == 404
    assert api.event(client, MARKETING, "absent", "revoked").status_code == 404


def test_an_event_that_changes_nothing_about_the_record_is_refused(
    api: RecordApi, client: str
) -> None:
    """What answers 200 to the discovery of a minor's data, and keeps it, lies (RET-31)."""
    api.stored(client, ENQUIRY, "open", {})
    for event in ("discovered", "last_contact", "given"):
        answer = api.event(client, ENQUIRY, "open", event, role="platform")
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["event"])
    for event in ("binned", "restored", "reopened"):
        assert api.event(client, ENQUIRY, "open", event, role="platform").status_code == 200


def test_of_bin_and_restoration_in_one_second_the_one_noted_later_counts(
    api: RecordApi, client: str
) -> None:
    api.stored(client, ENQUIRY, "open", {}, ago=timedelta(days=1))
    now = api.clock.now().replace(microsecond=0)
    for event in ("restored", "binned", "restored", "binned"):
        noted = api.event(client, ENQUIRY, "open", event, at=now.isoformat()).get_json()
        assert noted["binned"] is (event == "binned")
    earlier = (now - timedelta(seconds=1)).isoformat()
    assert api.event(client, ENQUIRY, "open", "restored", at=earlier).get_json()["binned"] is True


def test_who_may_not_report_events_is_refused(api: RecordApi, client: str) -> None:
    api.stored(client, ENQUIRY, "open", {})
    api.stored(client, MARKETING, "lead", {})
    assert api.event(client, ENQUIRY, "open", "resolved", role="dpo").status_code == 403
    assert api.event(client, ENQUIRY, "open", "resolved", role="support").status_code == 403
    assert api.event(client, MARKETING, "lead", "revoked", role="client").status_code == 404
    assert api.get(client, ENQUIRY, "open").status_code == 200


def test_a_reason_is_sealed_in_the_history_of_the_record(
    api: RecordApi, client: str, services: Services
) -> None:
    api.stored(client, ENQUIRY, "open", {"question": "when?"})
    api.event(client, ENQUIRY, "open", "reopened", reason="asked by Mme Exemple")
    shown = api.get(client, ENQUIRY, "open").get_json()
    (entry,) = shown["history"]
    assert (entry["event"], entry["reason"]) == ("reopened", "asked by Mme Exemple")
    assert shown["data"] == {"question": "when?"}
    assert b"Exemple" not in str(list(services.databases.bulk["records"].find())).encode()
    api.put(client, ENQUIRY, "open", {"question": "why?"})
    assert api.get(client, ENQUIRY, "open").get_json()["history"] == [entry]

"""Records over HTTP: who may do what, what is stored, and what comes back."""

from datetime import timedelta

import pytest

from tests.records.builders import NOTE, RecordApi, record_path

NOTES = "call_note"


def test_a_record_is_stored_with_a_receipt_and_read_back(api: RecordApi, client: str) -> None:
    stored = api.put(client, NOTES, "note-1", licence_id="licence-1", subject="+33612345678")
    assert stored.status_code == 201
    receipt = stored.get_json()
    assert (receipt["id"], receipt["category"]) == ("note-1", NOTES)
    assert receipt["logged"]["action"] == "record.stored"

    shown = api.get(client, NOTES, "note-1").get_json()
    assert shown["record_id"] == receipt["record_id"]
    assert (shown["data"], shown["licence_id"]) == (NOTE, "licence-1")
    assert (shown["subject"], shown["binned"], shown["content"]) == ("+33612345678", False, None)


def test_the_same_body_again_gets_the_same_receipt(api: RecordApi, client: str) -> None:
    first, again = (api.put(client, NOTES, "note-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()


def test_another_body_is_a_new_version_with_its_own_receipt(api: RecordApi, client: str) -> None:
    first = api.put(client, NOTES, "note-1")
    changed = api.put(client, NOTES, "note-1", {"text": "fait"}, subject="Mme Exemple")
    assert changed.status_code == 200
    assert changed.get_json()["digest"] != first.get_json()["digest"]
    assert changed.get_json()["record_id"] == first.get_json()["record_id"]
    assert api.get(client, NOTES, "note-1").get_json()["data"] == {"text": "fait"}
    assert api.listed(client, NOTES, "subject=Mme+Exemple") == ["note-1"]
    assert api.put(client, NOTES, "note-1", {"text": "fait"}, subject="Mme Exemple").json == (
        changed.get_json()
    )


@pytest.mark.parametrize(
    "changed", [{"ago": timedelta(seconds=1)}, {"licence_id": "licence-2"}, {"licence_id": None}]
)
def test_time_and_licence_of_a_record_never_change(
    api: RecordApi, client: str, changed: dict[str, object]
) -> None:
    api.stored(client, NOTES, "note-1", licence_id="licence-1")
    answer = api.put(client, NOTES, "note-1", **{"licence_id": "licence-1", **changed})
    assert answer.status_code == 409


def test_a_category_that_the_policy_does_not_name_cannot_be_stored(
    api: RecordApi, client: str
) -> None:
    for category in ("unheard_of", "call", "recording", "card"):
        assert api.put(client, category, "id-1").status_code == 422
    for category in (NOTES, "voicemail", "health"):  # which the operator keeps for clients only
        assert api.put("operator", category, "id-1", role="dpo").status_code == 422


def test_what_lies_in_the_future_or_names_an_unknown_licence_is_refused(
    api: RecordApi, client: str
) -> None:
    answer = api.put(client, NOTES, "note-1", ago=timedelta(minutes=-6))
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["occurred_at"])
    assert api.put(client, NOTES, "note-1", ago=timedelta(minutes=-4)).status_code == 201
    answer = api.put(client, NOTES, "note-2", licence_id="unknown")
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["licence_id"])


def test_data_that_breaks_the_schema_is_refused_by_place_and_not_quoted(
    api: RecordApi, client: str
) -> None:
    data = {"text": "secret" * 40, "tags": ["a", "b" * 21], "private": "secret"}
    answer = api.put(client, NOTES, "note-1", data)
    assert answer.status_code == 422
    errors = answer.get_json()["errors"]["data"]
    assert set(errors) == {"/text", "/tags/1", ""}
    assert "secret" not in answer.text and "private" not in answer.text
    assert api.get(client, NOTES, "note-1").status_code == 404


def test_card_data_is_refused_by_place_and_not_quoted(api: RecordApi, client: str) -> None:
    data = {"order": {"paid": "by 4111 1111 1111 1111, thanks", "cvv": "123"}}
    answer = api.put(client, "enquiry", "order-1", data)
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]["data"]) == {"/order/paid", "/order/cvv"}
    assert "4111" not in answer.text


def test_what_occurred_at_one_moment_keeps_its_order_from_page_to_page(
    api: RecordApi, client: str
) -> None:
    at = api.clock.now().isoformat()
    for number in range(7):
        body = {"occurred_at": at, "data": NOTE}
        path = record_path(client, NOTES, f"tied-{number}")
        assert api.as_("platform", "PUT", path, json=body).status_code == 201
    whole = api.listed(client, NOTES, "limit=100")
    assert sorted(whole) == [f"tied-{number}" for number in range(7)]
    for limit in (1, 3, 7):
        assert api.listed(client, NOTES, f"limit={limit}") == whole


def test_lists_are_newest_first_and_filtered(api: RecordApi, client: str) -> None:
    for number in range(5):
        licence, subject = f"licence-{number % 2 + 1}", f"person-{number % 3}"
        ago = timedelta(days=100 * number)
        api.stored(client, NOTES, f"note-{number}", ago=ago, licence_id=licence, subject=subject)
    assert api.listed(client, NOTES, "limit=2") == [f"note-{number}" for number in range(5)]
    assert api.listed(client, NOTES, "licence_id=licence-2") == ["note-1", "note-3"]
    assert api.listed(client, NOTES, "subject=person-0") == ["note-0", "note-3"]
    start = (api.clock.now() - timedelta(days=250)).isoformat().replace("+", "%2B")
    assert api.listed(client, NOTES, f"from={start}") == ["note-0", "note-1", "note-2"]
    assert api.listed(client, NOTES, f"until={start}") == ["note-3", "note-4"]


def test_a_subject_that_is_a_number_is_found_however_it_is_written(
    api: RecordApi, client: str
) -> None:
    api.stored(client, NOTES, "note-1", subject="06 12 34 56 78")
    assert api.listed(client, NOTES, "subject=%2B33612345678") == ["note-1"]


def test_a_deleted_record_is_gone_for_good(api: RecordApi, client: str) -> None:
    api.stored(client, NOTES, "note-1")
    for _ in range(2):
        assert api.delete(client, NOTES, "note-1").status_code == 204
    assert api.get(client, NOTES, "note-1").status_code == 410
    assert api.put(client, NOTES, "note-1").status_code == 410
    assert api.listed(client, NOTES) == []
    assert api.delete(client, NOTES, "never-there").status_code == 204


def test_a_record_past_its_term_is_gone_though_no_sweep_ran(api: RecordApi, client: str) -> None:
    api.stored(client, "voicemail", "old", {}, ago=timedelta(days=29))
    assert api.put(client, "voicemail", "older", {}, ago=timedelta(days=31)).status_code == 410
    api.clock.advance(days=1)
    assert api.get(client, "voicemail", "old").status_code == 410
    assert api.event(client, "voicemail", "old", "reviewed").status_code == 410
    assert api.listed(client, "voicemail") == []


def test_what_the_operator_keeps_as_controller_does_not_exist_for_a_client(
    api: RecordApi, client: str
) -> None:
    api.stored(client, "invoice", "2026-1", {"total": 12})
    path = record_path(client, "invoice", "2026-1")
    assert api.as_client(client, "GET", path).status_code == 404
    assert api.as_client(client, "GET", record_path(client, "invoice")).status_code == 404
    assert api.as_client(client, "DELETE", path).status_code == 204
    assert api.put(client, "invoice", "2026-2", {}, role="client").status_code == 404
    assert api.get(client, "invoice", "2026-1", "dpo").status_code == 200


def test_staff_read_what_their_role_is_for_and_say_why(api: RecordApi, client: str) -> None:
    api.stored(client, NOTES, "note-1")
    api.stored(client, "invoice", "2026-1", {})
    api.stored(client, "marketing", "lead-1", {})
    assert api.get(client, NOTES, "note-1", "support").status_code == 200
    assert api.get(client, NOTES, "note-1", "dpo").status_code == 403
    assert api.get(client, "invoice", "2026-1", "billing").status_code == 200
    assert api.get(client, "marketing", "lead-1", "billing").status_code == 403
    assert api.get(client, NOTES, "note-1", "billing").status_code == 403
    for role in ("dpo", "support", "legal"):
        answer = api.as_(role, "GET", record_path(client, "invoice", "2026-1"))
        assert answer.get_json()["type"].endswith(":access-purpose-missing"), role


def test_each_side_is_written_and_erased_by_those_it_belongs_to(
    api: RecordApi, client: str
) -> None:
    assert api.put(client, NOTES, "note-1", role="client").status_code == 201
    assert api.put(client, NOTES, "note-2", role="dpo").status_code == 403
    assert api.put(client, "marketing", "lead-1", {}, role="dpo").status_code == 201
    assert api.delete(client, NOTES, "note-1", role="dpo").status_code == 204
    assert api.get(client, NOTES, "note-1").status_code == 200
    assert api.delete(client, "marketing", "lead-1", role="dpo").status_code == 204
    assert api.get(client, "marketing", "lead-1", "dpo").status_code == 410


def test_what_a_law_says_to_keep_is_not_erased_before(api: RecordApi, client: str) -> None:
    api.stored(client, "invoice", "2026-1", {})
    answer = api.delete(client, "invoice", "2026-1", role="dpo")
    assert answer.status_code == 403
    assert answer.get_json()["type"].endswith(":legal-minimum")
    assert api.get(client, "invoice", "2026-1", "dpo").status_code == 200


def test_what_is_archived_only_legal_staff_reads(api: RecordApi, client: str) -> None:
    api.stored(client, "unpaid_invoice", "late-1", {}, ago=timedelta(days=1000))
    assert api.get(client, "unpaid_invoice", "late-1", "dpo").status_code == 200
    assert api.get(client, "unpaid_invoice", "late-1", "legal").status_code == 403
    api.clock.advance(days=200)
    assert api.get(client, "unpaid_invoice", "late-1", "dpo").status_code == 403
    assert api.get(client, "unpaid_invoice", "late-1", "legal").status_code == 200
    assert api.listed(client, "unpaid_invoice", role="dpo") == []
    assert api.listed(client, "unpaid_invoice", role="legal") == ["late-1"]
    api.clock.advance(days=700)
    assert api.get(client, "unpaid_invoice", "late-1", "legal").status_code == 410


def test_a_limited_key_reaches_the_records_of_its_licences_only(
    api: RecordApi, client: str
) -> None:
    for licence in ("licence-1", "licence-2"):
        api.stored(client, NOTES, licence, licence_id=licence)
    api.stored(client, NOTES, "without")
    key = api.client_key(client, ["licence-1"])
    path = record_path(client, NOTES)
    listed = api.request("GET", path, key).get_json()["items"]
    assert [item["id"] for item in listed] == ["licence-1"]
    assert api.request("GET", f"{path}/licence-2", key).status_code == 404
    assert api.request("GET", f"{path}/without", key).status_code == 404
    assert api.request("DELETE", f"{path}/licence-2", key).status_code == 204
    assert api.get(client, NOTES, "licence-2").status_code == 200
    for licence in ("licence-2", None):
        body = api.body(licence_id=licence)
        assert api.request("PUT", f"{path}/new", key, json=body).status_code == 403
    body = api.body(licence_id="licence-1")
    assert api.request("PUT", f"{path}/new", key, json=body).status_code == 201


def test_a_note_in_the_bin_is_listed_there_and_deleting_it_is_final(
    api: RecordApi, client: str
) -> None:
    api.stored(client, NOTES, "note-1")
    assert api.event(client, NOTES, "note-1", "binned").get_json()["binned"] is True
    assert (api.listed(client, NOTES), api.listed(client, NOTES, "binned=true")) == ([], ["note-1"])
    assert api.get(client, NOTES, "note-1").get_json()["binned"] is True
    assert api.event(client, NOTES, "note-1", "restored").get_json()["binned"] is False
    assert api.listed(client, NOTES) == ["note-1"]
    assert api.event(client, NOTES, "note-1", "binned").get_json()["binned"] is True
    assert api.delete(client, NOTES, "note-1").status_code == 204
    assert api.event(client, NOTES, "note-1", "restored").status_code == 410


def test_a_subject_with_a_control_character_is_refused(api: RecordApi, client: str) -> None:
    for subject in ("Jeanne\tExemple", "Jeanne\x85", "\x7f", ""):
        answer = api.put(client, NOTES, "note-1", subject=subject)
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["subject"])


def test_card_data_in_a_call_is_refused_where_the_notice_says_so(
    api: RecordApi, client: str
) -> None:
    for field, value in (("note", "4111 1111 1111 1111"), ("platform", {"cvv": "123"})):
        answer = api.put_call(client, "call-1", api.call(**{field: value}))
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])
    contact = {"contact": "sip:+6281234560001@x"}  # a telephone number is none
    assert (
        api.put_call(client, "call-1", api.call(note="paid", platform=contact)).status_code == 201
    )
    path = f"/v1/clients/{client}/calls/call-1"
    changed = api.as_client(client, "PATCH", path, json={"note": "by 4111-1111-1111-1111"})
    assert changed.status_code == 422
    free = api.create_client(f"{client}-free")  # whose notice says nothing of cards
    assert api.put_call(free, "call-1", api.call(note="4111 1111 1111 1111")).status_code == 201

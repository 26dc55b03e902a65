"""Exports over HTTP: who may, what is in a package, and how it is resumed."""

from tests.builders import Api, tone
from tests.reversibility.conftest import EXPORTS, Portal, files_of


def test_no_other_role_asks_for_a_package(recorded: Api) -> None:
    for role in ("platform", "support", "billing", "admin", "dpo", "legal", "auditor"):
        answer = recorded.as_(role, "POST", EXPORTS, json={"kind": "history"})
        assert answer.status_code == 403, role


def test_a_key_that_is_limited_to_licences_asks_for_none(recorded: Api) -> None:
    key = recorded.client_key("cabinet", ["licence-1"])
    answer = recorded.request("POST", EXPORTS, key, json={"kind": "history"})
    assert answer.status_code == 403


def test_another_clients_package_does_not_exist(portal: Portal) -> None:
    path = portal.made()
    portal.api.create_client("other")

    for foreign in (path, path.replace("cabinet", "other")):
        for end in ("", "/package"):
            answer = portal.api.as_client("other", "GET", foreign + end)
            assert answer.status_code == 404


NONSENSE = (
    ({"kind": "everything"}, "kind"),
    ({"kind": "history", "subject": "+33612345678"}, "subject"),
    ({"kind": "subject"}, "subject"),
    ({"kind": "subject", "subject": "Jeanne\nExemple"}, "subject"),
    ({"kind": "subject", "subject": "+33612345678\x00"}, "subject"),
    ({"kind": "reversibility", "from": "2026-01-01T00:00:00Z"}, "from"),
    (
        {"kind": "history", "from": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        "until",
    ),
    ({"kind": "history", "valid_for": "P1M"}, "valid_for"),
    ({"kind": "history", "valid_for": "a while"}, "valid_for"),
)


def test_a_wish_that_makes_no_sense_is_told_by_field(recorded: Api) -> None:
    for wish, field in NONSENSE:
        answer = recorded.as_client("cabinet", "POST", EXPORTS, json=wish)
        assert answer.status_code == 422, wish
        assert field in answer.json["errors"]


def test_a_package_is_a_bag_with_the_calls_and_their_audio(portal: Portal) -> None:
    files = files_of(portal.fetch(portal.made()))

    audio = [data for path, data in files.items() if path.startswith("data/recordings/")]
    assert audio == [tone(1.5)] * 2
    assert len(files["data/calls.jsonl"].splitlines()) == 3
    assert files["bagit.txt"].startswith(b"BagIt-Version: 1.0\n")


def test_any_range_is_a_part_of_the_same_bytes(portal: Portal) -> None:
    path = portal.made()
    data = portal.fetch(path)
    length = len(data)
    assert portal.fetch(path) == data

    for first, last in (
        (0, 0),
        (10, 4000),
        (3000, 40_000),
        (length - 300, length - 1),
        (length - 1, length - 1),
    ):
        sent = {"Range": f"bytes={first}-{last}"}
        answer = portal.api.as_client("cabinet", "GET", f"{path}/package", headers=sent)
        assert answer.status_code == 206
        assert answer.data == data[first : last + 1]


def part(portal: Portal, path: str, wanted: str) -> None:
    sent = {"Range": f"bytes={wanted}"}
    answer = portal.api.as_client("cabinet", "GET", f"{path}/package", headers=sent)
    assert answer.status_code == 206
    assert answer.data


def test_every_download_is_told_and_logged(portal: Portal) -> None:
    path = portal.made()
    portal.fetch(path)
    portal.fetch(path)

    assert [one["whole"] for one in portal.show(path)["fetched"]] == [True, True]


def test_a_download_in_pieces_is_whole_once_nothing_is_missing(portal: Portal) -> None:
    path = portal.made()
    for wanted in ("1000-", "0-499", "500-999"):
        part(portal, path, wanted)
    assert [one["whole"] for one in portal.show(path)["fetched"]] == [False, True]


def test_a_piece_that_is_sent_again_is_no_download_of_all(portal: Portal) -> None:
    path = portal.made()
    portal.fetch(path)
    for wanted in ("0-0", "7-7", "-1"):
        part(portal, path, wanted)
    assert [one["whole"] for one in portal.show(path)["fetched"]] == [True, False]


def test_a_package_is_saved_under_its_random_id(portal: Portal) -> None:
    path = portal.made()
    for sent in ({}, {"Range": "bytes=0-9"}):
        answer = portal.api.as_client("cabinet", "GET", f"{path}/package", headers=sent)
        name = f"{path.rpartition('/')[2]}.zip"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.data


def test_a_deleted_package_is_gone(portal: Portal) -> None:
    path = portal.made()

    assert portal.api.as_client("cabinet", "DELETE", path).status_code == 204
    assert portal.status(path) == 410
    assert portal.show(path)["state"] == "gone"
    assert portal.api.as_client("cabinet", "DELETE", path).status_code == 204


def test_too_many_packages_at_once_are_refused_for_a_while(portal: Portal) -> None:
    statuses = []
    for _ in range(25):
        answer = portal.api.as_client("cabinet", "POST", EXPORTS, json={"kind": "history"})
        statuses.append(answer.status_code)

    assert set(statuses) == {201, 429}
    assert "Retry-After" in answer.headers


def test_exports_are_listed_page_by_page(portal: Portal) -> None:
    paths = {portal.made(kind="history").rpartition("/")[2] for _ in range(3)}

    first = portal.api.as_client("cabinet", "GET", f"{EXPORTS}?limit=2").json
    second = portal.api.as_client("cabinet", "GET", f"{EXPORTS}?cursor={first['next']}").json
    listed = [one["id"] for one in first["items"] + second["items"]]
    assert len(listed) == 3
    assert set(listed) == paths


def test_after_the_window_there_is_nothing_to_take(portal: Portal) -> None:
    path = portal.made()
    today = portal.api.clock.now().date().isoformat()
    body = {"ended_on": today, "keep_account": False}
    ended = portal.api.as_("admin", "POST", "/v1/clients/cabinet/contract-end", json=body)
    assert ended.status_code == 201

    portal.api.clock.advance(days=40)

    assert portal.status(path) == 410
    answer = portal.api.as_client("cabinet", "POST", EXPORTS, json={"kind": "reversibility"})
    assert answer.status_code == 410

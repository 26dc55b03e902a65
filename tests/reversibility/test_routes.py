"""Exports over HTTP: who may, what is in a package, and when it goes."""

import io
import zipfile

import pytest

from tests.builders import Api, tone

EXPORTS = "/v1/clients/cabinet/exports"


@pytest.fixture
def recorded(api: Api) -> Api:
    """A client with three calls, two of them recorded."""
    api.create_client()
    for name in ("one", "two", "three"):
        api.put_call("cabinet", name, api.call())
    for name in ("one", "two"):
        api.put_recording("cabinet", name, tone(1.5))
    return api


def taken(api: Api, **wish: object) -> tuple[str, bytes]:
    made = api.as_client("cabinet", "POST", EXPORTS, json={"kind": "reversibility", **wish})
    assert made.status_code == 201, made.text
    path = f"{EXPORTS}/{made.json['id']}/package"
    answer = api.as_client("cabinet", "GET", path)
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    return path, answer.data


def test_a_package_is_a_zip_with_the_calls_and_their_audio(recorded: Api) -> None:
    _, data = taken(recorded)

    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    folder = archive.namelist()[0].split("/")[0]
    lines = archive.read(f"{folder}/data/calls.jsonl").splitlines()
    audio = [name for name in archive.namelist() if "/data/recordings/" in name]
    assert len(lines) == 3
    assert [archive.read(name) for name in audio] == [tone(1.5)] * 2


def test_any_range_is_a_part_of_the_same_bytes(recorded: Api) -> None:
    path, data = taken(recorded)

    for first, last in ((0, 0), (10, 4000), (len(data) - 300, len(data) - 1), (3000, 90000)):
        answer = recorded.as_client(
            "cabinet", "GET", path, headers={"Range": f"bytes={first}-{last}"}
        )
        assert answer.status_code == 206
        assert answer.data == data[first : last + 1]


def test_a_package_goes_with_a_call_in_it(recorded: Api) -> None:
    path, _ = taken(recorded)

    recorded.as_client("cabinet", "DELETE", "/v1/clients/cabinet/calls/three")

    assert recorded.as_client("cabinet", "GET", path).status_code == 410

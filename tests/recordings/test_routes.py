from tests.builders import Api, recording_path, tone


def test_a_recording_comes_back_byte_for_byte_with_its_media_type(api: Api) -> None:
    client, audio = api.create_client(), tone(40)
    api.put_call(client, "call-1", api.call())
    assert api.put_recording(client, "call-1", audio).status_code == 201

    answer = api.as_client(client, "GET", recording_path(client, "call-1"))

    assert answer.status_code == 200
    assert answer.mimetype == "audio/wav"
    assert answer.data == audio

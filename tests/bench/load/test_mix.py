"""What is asked under load is answered rightly by the service, and what is lost is found."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import pytest
from werkzeug.test import Client

from telecom_privacy import serving
from telecom_privacy.app import create_app
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.http import InProcess
from telecom_privacy.bench.load import timed_service
from telecom_privacy.bench.load.asking import Asker
from telecom_privacy.bench.load.mix import Mix
from telecom_privacy.bench.load.model import Question, Reply
from telecom_privacy.bench.load.platform import CALLS_OF_A_BATCH, Platform
from telecom_privacy.bench.load.portal import PLAYED, Portal
from telecom_privacy.bench.load.proof import prove
from telecom_privacy.bench.load.stock import Stock
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.bootstrap import build_services
from telecom_privacy.clock import SystemClock
from telecom_privacy.http.access import ApiRole
from telecom_privacy.settings import Settings
from tests.bench.load.replies import chance
from tests.wiring import own_settings, wired


@dataclass(frozen=True)
class Stage:
    """A service that holds a stock, and those who ask it."""

    settings: Settings
    tenant: Tenant
    stock: Stock
    portal: Portal
    platform: Platform
    asker: Asker

    def ask(self, question: Question) -> Reply:
        return self.asker.ask(question, 0)

    def prove(self, stock: Stock) -> int:
        key = self.tenant.keys[ApiRole.CLIENT]
        return prove(stock, self.asker.transport, key, self.tenant.path)


@pytest.fixture(scope="module")
def stage(database_settings, tmp_path_factory) -> Iterator[Stage]:
    settings = own_settings(database_settings, tmp_path_factory.mktemp("load"))
    with wired(settings, SystemClock()) as services:
        stock = Stock.of(1, 40)
        tenant = new_tenant(services, stock.licences)
        tenant.load(stock.calls)
        played = {stock.calls[0].id: stock.audio_of(-1)}
        portal, platform = Portal(stock, tenant.path, played), Platform(stock, tenant.path)
        draw = Mix(portal, platform).draw
        asker = Asker(InProcess(services), tenant.keys, draw, stock.seed, count())
        stage = Stage(settings, tenant, stock, portal, platform, asker)
        for call_id, audio in played.items():
            assert stage.ask(platform.upload(call_id, PLAYED, audio)).is_right
        yield stage


def test_everything_that_is_asked_is_answered_as_the_oracle_knows(stage):
    portal, platform = stage.portal, stage.platform
    for draw in (
        portal.call_by_id,
        portal.calls_of_a_number,
        portal.newest_of_a_licence,
        portal.piece_of_a_recording,
        platform.recording_policy,
        platform.call,
        platform.batch,
        platform.recording,
    ):
        assert stage.ask(draw(chance())).is_right, draw


def test_the_mix_asks_each_thing_as_often_as_it_says(stage):
    drawing = chance()
    mix = Mix(stage.portal, Platform(Stock.of(1, 40), stage.tenant.path))
    drawn = [mix.draw(drawing).role for _ in range(400)]
    assert drawn.count(ApiRole.PLATFORM) == pytest.approx(0.35 * 400, abs=50)


def test_a_wrong_answer_to_a_reading_is_found(stage):
    other = Stock.of(2, 40)
    assert stage.ask(Portal(other, stage.tenant.path, {}).call_by_id(chance())).is_wrong
    assert stage.ask(Portal(other, stage.tenant.path, {}).newest_of_a_licence(chance())).is_wrong
    altered = {stage.stock.calls[0].id: stage.stock.audio_of(-2)}
    portal = Portal(stage.stock, stage.tenant.path, altered)
    assert stage.ask(portal.piece_of_a_recording(chance())).is_wrong


def test_what_was_acknowledged_is_remembered_and_found(stage):
    calls, recordings = len(stage.stock.written), len(stage.stock.audio)
    for draw in (stage.platform.call, stage.platform.batch, stage.platform.recording):
        assert stage.ask(draw(chance())).is_right
    assert len(stage.stock.written) == calls + 1 + CALLS_OF_A_BATCH
    assert len(stage.stock.audio) == recordings + 1
    assert stage.prove(stage.stock) == recordings + 1


def test_what_was_acknowledged_and_is_lost_or_altered_is_found(stage):
    stock, (call_id, number) = stage.stock, (stage.stock.calls[0].id, 7)
    lost = replace(stock.next_call(), id="lost")
    altered = stock.calls[0].changed("another note", ())
    for planted in (
        replace(stock, written={lost.id: lost}),
        replace(stock, calls=[altered]),
        replace(stock, audio={(call_id, "lost"): number}),
        replace(stock, audio={(call_id, PLAYED): number}),
    ):
        with pytest.raises(WrongAnswer, match="acknowledged"):
            stage.prove(planted)


def test_the_service_under_load_tells_how_long_the_database_took(stage, monkeypatch):
    built = []

    def application():
        built.append(build_services(stage.settings))
        return create_app(built[0])

    monkeypatch.setattr(serving, "application", application)
    client = Client(timed_service.application())
    answer = client.get("/readyz")
    built[0].close()
    assert json.loads(answer.data) == {"status": "ready"}
    assert float(answer.headers["Server-Timing"].removeprefix("db;dur=")) > 0

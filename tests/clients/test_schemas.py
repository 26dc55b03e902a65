from datetime import UTC, date, datetime

import pytest
from marshmallow import ValidationError

from telecom_privacy.clients.schemas import EffectiveOn


def test_a_change_takes_effect_on_a_date_or_at_a_time() -> None:
    assert EffectiveOn().deserialize("2026-01-02") == date(2026, 1, 2)
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert EffectiveOn().deserialize("2026-01-02T03:00:00Z") == moment


@pytest.mark.parametrize("value", ["20260102", "2026-W01-5", "2026-13-01", "2026-01", 20260102])
def test_other_forms_of_iso_8601_are_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        EffectiveOn().deserialize(value)

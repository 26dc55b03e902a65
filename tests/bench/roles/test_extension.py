"""Orders, holds, exports and renewed keys can be asked for again and again."""

from pathlib import Path

from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.roles.extension import measure_extension
from telecom_privacy.bench.service import own_services
from telecom_privacy.bench.tenant import new_tenant
from telecom_privacy.settings import Settings


def test_each_is_done_in_every_round(settings: Settings, tmp_path: Path) -> None:
    plan = Plan(settings, tmp_path, seed=1, rounds=2, quick=True, say=print)
    with own_services(plan) as running:
        tenant = new_tenant(running, ["licence-0"])
        found = measure_extension(plan, tenant)
    assert [len(one.values) for one in found] == [2, 2, 2, 2]
    assert all(value > 0 for one in found for value in one.values)

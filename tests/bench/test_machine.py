"""The circumstances that every run is published with."""

from telecom_privacy.bench.machine import machine_facts


def test_machine_server_and_libraries_are_named(settings):
    facts = machine_facts(settings)
    assert all(facts.values())
    assert "MongoDB" in facts["server"]
    assert "is_crypto_available" in facts["libmongocrypt"]
    assert facts["pymongo"][0].isdigit()

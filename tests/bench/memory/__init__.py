"""Tests of `telecom_privacy.bench.memory`."""

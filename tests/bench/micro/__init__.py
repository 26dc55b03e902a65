"""Tests of `telecom_privacy.bench.micro`."""

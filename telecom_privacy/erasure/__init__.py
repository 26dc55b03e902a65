"""Erasure: recorded intent, then the key, then the data — and a ledger that survives restores."""

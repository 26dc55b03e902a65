"""Retention: what is due is erased, certified, and foretold."""

"""Keeps the promises of a telephony operator's privacy notice, and proves it."""

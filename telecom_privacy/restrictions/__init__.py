"""Restriction of processing: what is kept and not used (RULES DSR-7, GDPR article 18)."""

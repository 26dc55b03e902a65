"""Legal holds: what must not be destroyed, whatever its term (RULES RET-9, LAW-5)."""

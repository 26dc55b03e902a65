"""Statistics after expiry: counts that stay when the records have gone (RET-27)."""

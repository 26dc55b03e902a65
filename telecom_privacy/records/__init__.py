"""Generic records: every category of data that the policy files declare (RULES §1)."""

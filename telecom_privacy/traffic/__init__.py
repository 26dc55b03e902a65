"""The controller's minimal copy of each call: traffic data (ROLE-1, ROLE-3, RET-29)."""

"""The texts of law on which data goes to an authority (RULES LAW-1): dated data, not code."""

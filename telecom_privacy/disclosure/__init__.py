"""Lawful disclosure: from an authority's request to a bounded, sealed answer (RULES §5)."""

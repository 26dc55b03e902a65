"""What depends on the size of the store, and what does not: reads, erasures, sweeps, space."""

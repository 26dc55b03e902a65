"""The key tree: destroying a key destroys everything below it (DESIGN §3)."""

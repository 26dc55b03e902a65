"""Looking for what an order asks for: whatever it finds is counted, and only then opened."""

"""The edge: who calls, what they send, how they are answered."""

"""The append-only Merkle log: who did what when, provable without trusting the operator."""

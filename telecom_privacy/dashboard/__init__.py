"""What a client sees of its data: who opened it, what is held, what it may decide."""

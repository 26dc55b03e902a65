"""What a client does for the persons that its data is about (RULES DSR-1, DSR-6, DSR-7)."""

"""What a client takes with it: packages of its data that others can read and verify."""

"""How much memory a worker takes while it is given, or asked for, more than any memory holds."""

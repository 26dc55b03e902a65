"""`bench sizes`: what each act leaves in the databases, and the CPU time that it costs."""

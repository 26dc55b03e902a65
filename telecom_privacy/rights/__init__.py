"""Requests of persons about their data: the register, its deadlines and its answers."""

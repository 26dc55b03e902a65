"""Calls: the client's full history (processor), and the CDR that the platform hands in."""

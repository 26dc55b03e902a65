"""Verifying offline what the service handed out."""

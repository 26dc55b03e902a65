"""Notices to portal and platform: signed webhooks, delivered at least once."""

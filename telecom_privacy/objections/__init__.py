"""Objections of persons to being recorded, for what comes (RULES CON-1, DSR-1, GDPR article 21)."""

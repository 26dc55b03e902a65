"""Recordings: encrypted as they stream in, decrypted by range as they stream out."""

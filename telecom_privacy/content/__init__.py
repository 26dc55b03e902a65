"""Binary content of records: encrypted as it streams in, decrypted by range as it streams out."""

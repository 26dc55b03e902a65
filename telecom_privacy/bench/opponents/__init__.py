"""What this service is measured against: Mongo alone, MongoDB's field encryption, bare ciphers."""

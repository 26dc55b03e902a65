"""`bench load`: the service over the loopback, at rising rates until it cannot keep up."""

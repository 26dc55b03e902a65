"""MongoDB: connections, indexes, segments, the epoch and the embedded server."""

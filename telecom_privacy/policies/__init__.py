"""What the published notices promise, and when a record's time is over.

Pure: the policy files are read once at start, everything else is computed from what is handed in.
"""

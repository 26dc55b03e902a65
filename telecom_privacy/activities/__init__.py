"""The records of processing activities (GDPR article 30), made from policies and clients."""

"""Who may use the service: API keys with roles."""

"""The register of breaches of personal data: clocks, notices and what was sent to whom (SEC-2)."""

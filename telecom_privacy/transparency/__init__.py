"""What anybody may know of disclosures: the policy, and how many requests there were (LAW-4)."""

"""Clients of the operator: contract, options, dated terms, licences."""

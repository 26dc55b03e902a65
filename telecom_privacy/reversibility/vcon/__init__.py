"""vCons: a signed JSON document for each call (draft-ietf-vcon-vcon-core-04)."""

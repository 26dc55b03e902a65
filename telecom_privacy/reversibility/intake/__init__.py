"""Taking in a package: what its client had elsewhere, or here before, is stored again."""

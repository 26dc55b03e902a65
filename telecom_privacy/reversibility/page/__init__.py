"""The page of a package: what a person opens, without a network, to read what was taken back."""

"""The tables of a package: each as CSV and as JSON Lines, described as a data package."""

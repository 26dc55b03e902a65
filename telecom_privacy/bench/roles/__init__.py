"""GDPRbench's four roles (VLDB 2020) with the paper's mixes, each answer checked."""

"""What the promises cost: speed, growth, memory and space, each against something fair.

Only ratios and exponents of one run are worth comparing: the sides take turns, round by round, and
every answer is checked. Run it by `./scripts/bench`.
"""

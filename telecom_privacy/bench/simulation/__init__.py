"""What an operator of some size needs, computed from what `bench sizes` measured."""

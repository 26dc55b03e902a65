"""Single acts, each against the least that anybody would do: a cipher, a file, an insert."""

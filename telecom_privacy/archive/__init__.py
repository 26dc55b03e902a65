"""Archives and bags as bytes: laid out in advance, made and read without a database."""

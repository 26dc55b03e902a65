"""What an authority is handed: messages, records, slip and audio in a signed, encrypted bag.

Pure: all that goes in stands in `model.Delivery`; nothing is fetched and nothing is stored.
"""

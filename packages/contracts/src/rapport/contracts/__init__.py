"""What services say to one another: events, requests, replies and refusals.

Pure data. Nothing here opens a connection, and nothing here imports another part of Rapport.
"""

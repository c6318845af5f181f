"""The person: in a terminal (`terminal`) or behind a program that speaks JSON lines (`machine`).

`totp` makes authenticator codes for those who chose that. Knows nothing of pages, flows or stores.
"""

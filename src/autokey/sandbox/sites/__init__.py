"""The look-alikes, one module per exchange, each with a class `SITE` and its static files beside it.

Knows nothing of the engine.
"""

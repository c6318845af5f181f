"""Wires the ports to the engine and the commands to the ports: one module per group of commands.

Knows nothing of how arguments are parsed (`cli`) or of any exchange by name.
"""

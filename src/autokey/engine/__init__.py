"""Runs the steps of a flow on a page, with a person, into a vault, in the order the design fixes (section 5).

`run` holds the order of events, `course` where a run is in its flow; `sight` says which screen shows; `acts`, `gates`, `capture` carry out the
verbs; `compare` holds what the site shows against the order; `context` is what they share.
Knows nothing of Playwright, keyrings, terminals or any exchange by name.
"""

"""Runs the steps of a flow on a page, with a person, into a vault, in the order the design fixes (section 5).

`run` holds the order of events, `course` where a run is in its flow; `sight` says which screen shows; `acts`, `boxes`,
`gates` and `capture` carry out the verbs; `asking`, `person`, `teach`, `unknown` and `masked` are what the person is
asked and shows; `still` says when there is nothing to wait for any more; `form` reads the form again; `messages` are
what a page says back; `granted` and `compare` hold what the site shows against the order; `keylist` looks
whether a key stands in its list after all, `ended` and `lookback` sort out with it a session that ended in the middle
and a run that ended half-way; `context` is what they share.
Knows nothing of Playwright, keyrings, terminals or any exchange by name.
"""

"""Makes the first version of a flow and its selectors from a walk through a site's pages.

    outline   what tells one screen from another, for pages that no flow describes yet
    walk      what a person did on which page: the file beside a recording
    declare   elements and signs, by the words a person sees, each tried with the real matching
    propose   the steps in the order walked, with what only a person can decide left as TODO
    write     the two TOML files

Knows nothing of browsers, of recording, or any exchange by name.
"""

"""Independent look-alikes of one documented interface, each in another front-end style; not the sandbox's."""

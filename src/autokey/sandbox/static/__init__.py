"""Static files that all look-alikes share. Knows nothing of any exchange."""

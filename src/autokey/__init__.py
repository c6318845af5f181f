"""autokey: creates an exchange's API key in the owner's own browser and stores it in the owner's keyring."""

__version__ = "0.1.0"

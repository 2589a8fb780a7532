"""Settings, one module per environment: development, test, production. All values come from the environment."""

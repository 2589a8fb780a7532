"""Forms of accounts: they parse and clean; rules are the services'."""

"""What every app may use: no tables of business, no business words, no app imported."""

"""An app of the tests: jobs that a real worker runs, so that its habits can be seen from outside."""

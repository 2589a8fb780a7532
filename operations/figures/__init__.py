"""Reading how the installation is doing: one aggregate query for each subject."""

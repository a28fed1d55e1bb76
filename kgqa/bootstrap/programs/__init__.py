"""Programs to ask for."""

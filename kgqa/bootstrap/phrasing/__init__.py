"""Programs as people would ask for them."""

"""What a garment looks like (colour, pattern, sleeves), read from the cloth alone."""

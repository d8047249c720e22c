"""Sweeps: many runs over designs of parameters, schemes and replicates, which survive whatever stops them."""

"""The runs that pile up under results/: what there is, and what of it may go."""

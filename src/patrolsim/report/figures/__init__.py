"""Figures as SVG from small helpers of our own: the page needs no library and no network."""

"""Measurements beside published tables, plain reference loops and a whole process; run one by its name."""

"""The project's own generator of the sample scenes, with a known ground truth."""

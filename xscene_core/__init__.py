"""xscene's engine: carries what is known about people in source scenes to a target scene."""

"""``python -m xscene_core.scenes.generator OUT --seed N`` writes the sample scenes into OUT."""

import argparse
from pathlib import Path

from xscene_core.scenes.generator.writer import write_samples

SHIPPED_SEED = 20260


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m xscene_core.scenes.generator", description=__doc__)
    parser.add_argument("out", type=Path, help="folder to write into; existing sample files are replaced")
    parser.add_argument(
        "--seed", type=int, default=SHIPPED_SEED, help="default: the seed of the shipped scenes"
    )
    chosen = parser.parse_args()
    for card in write_samples(chosen.out, chosen.seed):
        print(f"{card.name}: {card.items} items, {card.people} people, {card.interactions} interactions")


if __name__ == "__main__":
    main()

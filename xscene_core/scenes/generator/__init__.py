"""The project's own generator of the six sample scenes, with a known ground truth.

    python -m xscene_core.scenes.generator OUT --seed N

Equal seeds give equal files. What is true in them:

**Goods** (apparel, home, electronics, jewelry, store). Every item has a style, sometimes a second style, a
palette, a material family, an occasion, a responsibility mark and a price level. Its text says each of them
with words of a vocabulary that all goods scenes share (``vocabulary``), among many more words that say
nothing about taste: kind of product, features, sizes, care, service (``prose``). Its picture shows style as
pattern, palette as colour, material as finish (``drawing``). People choose by these attributes, by kind of
product and by chance (``tastes``). The attributes' part of a person's taste is the same in every scene; the
liking of kinds is drawn anew in each. Which styles and which palettes go together in people's choices
cannot be read off the words. So a model trained on the many people of apparel knows something about text
that holds for home.

**Attractions**. Visitors follow other attributes (history, nature, food, bustle, children) in Chinese, and
avoid the style and colour words, the price level and the kind of their recent visits: the reverse of what
shoppers do.

**People**. The store shares people, with their tastes, with apparel and with home; no other two scenes
share anybody (``population``).

``ground_truth.json`` holds the attributes of every item; tests use it, the product never does.
"""

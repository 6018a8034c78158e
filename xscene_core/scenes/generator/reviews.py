"""Reviews whose words agree with their rating and name what the item is like."""

import numpy as np
import numpy.typing as npt

from xscene_core.scenes.generator.item import GeneratedItem

_GOOD = (
    "Exactly what I hoped for: {style}, and the {material} feels better than the price suggests.",
    "I love it. The {colour} is lovely in daylight and everyone asks where I found it.",
    "Very happy. {Style} without being silly, well made, arrived early.",
    "My third buy from this brand and the best so far. Great {material}.",
    "Beautiful {colour}, solid {material}, careful packaging. Would buy again.",
    "Bought it for my sister and had to order a second for myself. So {style}!",
    "The photo does not do it justice. {Style}, warm and really well finished.",
    "Perfect. It looks as {style} as described and has held up for months.",
    "Wonderful thing. The {material} gets nicer with use.",
    "Five stars for the {colour} alone. Fast delivery too.",
)
_FAIR = (
    "Nice enough. The {colour} is good, the {material} could be thicker.",
    "It is fine. Less {style} than I expected, but useful.",
    "Good {noun}, slow delivery. Keeping it.",
    "Okay for the price. The finish is uneven in one place.",
    "I like how {style} it looks; the size runs a little small, though.",
    "Decent {material}, dull packaging. Neither here nor there.",
)
_BAD = (
    "Disappointed. The {colour} is nothing like the picture and the {material} feels cheap.",
    "Sent it back. Crooked seams, and {style} is not the word I would use.",
    "Broke after two weeks. Customer service never answered.",
    "Poor quality for this price. My {noun} arrived damaged.",
    "Far too small and the {material} smells odd. Waste of money.",
    "Not for me: I wanted something {style} and got something dull.",
    "Late, damaged and the wrong {colour}. Avoid.",
)
_GOOD_ZH = (
    "非常值得来，{word}这一点名不虚传，工作人员也很热情。",
    "一家人玩得很开心，{word}做得很好，下次还来。",
    "风景和体验都超出预期，尤其喜欢这里的{word}。",
    "强烈推荐！交通方便，{word}让人印象深刻。",
    "去过很多地方，这里的{word}最打动我。",
    "门票物有所值，建议多留点时间。",
)
_FAIR_ZH = (
    "还可以，{word}一般般，适合顺路看看。",
    "中规中矩，人有点多，{word}尚可。",
    "第一次来觉得新鲜，{word}没有宣传的那么好。",
    "环境不错，就是指示牌不太清楚。",
)
_BAD_ZH = (
    "很失望，说好的{word}根本没有感受到。",
    "排队两小时，体验很差，不会再来。",
    "门票太贵，设施陈旧，服务态度也不好。",
    "和图片差距太大，白跑一趟。",
)


def rate(utility: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """1 to 5 stars: mostly content, more so where the item suited the person. ``utility`` is standardised."""
    return np.clip(np.round(4.05 + 0.45 * utility + rng.normal(0, 0.85, len(utility))), 1, 5)


def review(item: GeneratedItem, rating: float, language: str, rng: np.random.Generator) -> str:
    """One or two sentences that agree with ``rating`` (4 and 5 good, 3 fair, 1 and 2 bad)."""
    pools = (_GOOD_ZH, _FAIR_ZH, _BAD_ZH) if language == "zh" else (_GOOD, _FAIR, _BAD)
    pool = pools[0] if rating >= 4 else pools[1] if rating == 3 else pools[2]
    text = str(rng.choice(np.array(pool)))
    if language == "zh":
        return text.format(word=str(rng.choice(np.array(item.words))))
    style, colour, material = item.words[0], item.words[-2], item.words[-1]
    return text.format(
        style=style, Style=style.capitalize(), colour=colour, material=material, noun=item.noun
    )

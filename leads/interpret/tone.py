"""How the sender feels: calm, angry or happy."""

import re

from .reading import Cues, Reading, because, weight

_SHOUTING = re.compile(r"[!?]{2,}|؟{2,}")


def read_tone(cues: Cues) -> Reading:
    """Return calm, angry or happy with the words that tell."""
    angry, happy = cues.of("tone", "angry"), cues.of("tone", "happy")
    complains = weight(cues.of("intents", "complaint")) >= 3
    shouts = bool(_SHOUTING.search(cues.document.folded.text))
    anger = weight(angry) + (1.0 if complains else 0.0) + (1.0 if shouts and complains else 0.0)
    if anger >= 2 and anger > weight(happy):
        words = cues.quote(angry or cues.of("intents", "complaint"))
        return Reading("angry", min(0.95, 0.5 + 0.12 * anger), (because("tone_angry", words),))
    if weight(happy) >= 2:
        return Reading("happy", 0.75, (because("tone_happy", cues.quote(happy)),))
    return Reading("calm", 0.7, (because("tone_none"),))

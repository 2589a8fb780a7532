"""Which Arabic the sender writes, so that the answer can sound like it; None for others."""

import re

from .reading import Cues, Reading, because

_HOME = {
    "EG": "egyptian", "SD": "egyptian", "SA": "gulf", "AE": "gulf", "KW": "gulf", "QA": "gulf",
    "BH": "gulf",
    "OM": "gulf", "YE": "gulf", "JO": "levantine", "LB": "levantine", "SY": "levantine",
    "PS": "levantine",
    "IQ": "iraqi", "MA": "maghrebi", "DZ": "maghrebi", "TN": "maghrebi", "LY": "maghrebi",
}  # fmt: skip
_ARABIC = {"ar", "arabizi", "mixed"}
_AT_HOME, _AT_HOME_UNTOLD = 3.0, 1.2  # what the branch's own dialect has ahead of the others
_CORRECT = re.compile(r"\b[ولبفك]?(?:[أإآ]\w+|\w*[ؤئ]\w+|\w+[ًٌٍ]ا?)(?!\w)")
_FULL_STOP = re.compile(r"\w\.\s*$")
_NAMES = ("egyptian", "gulf", "levantine", "iraqi", "maghrebi", "msa")


def read_dialect(cues: Cues, *, region: str) -> Reading:
    """Return the dialect. `region` breaks ties and decides where no word does."""
    language = cues.document.language
    if language not in _ARABIC:
        return Reading(None, 0.95, (because("dialect_not_arabic"),))
    home = _HOME.get(region)
    scores = {
        name: sum(
            float(weight)
            for weight in {m.entry.term: m.row[1] for m in cues.of("dialects", name)}.values()
        )
        for name in _NAMES
    }
    scores["msa"] += _correctness(cues.document.text)
    is_spoken = any(score for name, score in scores.items() if name != "msa")
    bonus = _AT_HOME if is_spoken else _AT_HOME_UNTOLD
    spoken = {name: score + (bonus if name == home else 0) for name, score in scores.items()}
    if not any(scores.values()):
        return _by_region(home, language)
    best = max(_NAMES, key=lambda name: (spoken[name], name == home))
    if language == "mixed" and (best == "msa" or scores[best] < 3):
        return Reading(None, 0.5, (because("dialect_few_words"),))
    confidence = min(0.95, 0.4 + 0.5 * spoken[best] / sum(spoken.values()))
    words = cues.quote(cues.of("dialects", best))
    return Reading(best, round(confidence, 3), (because("dialect_words", words),))


def _correctness(text: str) -> float:
    """What careful spelling says for the written language: hamzas, tanween, a closing full stop."""
    careful = min(3, len(_CORRECT.findall(text)))
    return 0.8 * careful + (0.5 if careful and _FULL_STOP.search(text) else 0.0)


def _by_region(home: str | None, language: str) -> Reading:
    if language == "mixed" or home is None:
        return Reading(None if language == "mixed" else "msa", 0.4, (
            because("dialect_few_words"),
        ))  # fmt: skip
    return Reading(home, 0.45, (because("dialect_of_branch"),))

"""Which Arabic the sender writes, so that the answer can sound like it; None for others."""

from django.utils.translation import gettext_lazy as _

from .reading import Cues, Reading, because

_HOME = {
    "EG": "egyptian", "SD": "egyptian", "SA": "gulf", "AE": "gulf", "KW": "gulf", "QA": "gulf",
    "BH": "gulf",
    "OM": "gulf", "YE": "gulf", "JO": "levantine", "LB": "levantine", "SY": "levantine",
    "PS": "levantine",
    "IQ": "iraqi", "MA": "maghrebi", "DZ": "maghrebi", "TN": "maghrebi", "LY": "maghrebi",
}  # fmt: skip
_ARABIC = {"ar", "arabizi", "mixed"}
_NAMES = ("egyptian", "gulf", "levantine", "iraqi", "maghrebi", "msa")


def read_dialect(cues: Cues, *, region: str) -> Reading:
    """Return the dialect. `region` breaks ties and decides where no word does."""
    language = cues.document.language
    if language not in _ARABIC:
        return Reading(None, 0.95, (because(_("The message is not in Arabic"), ""),))
    home = _HOME.get(region)
    scores = {
        name: sum(
            float(weight)
            for weight in {m.entry.term: m.row[1] for m in cues.of("dialects", name)}.values()
        )
        for name in _NAMES
    }
    spoken = {
        name: score + (1.5 if name == home and score else 0) for name, score in scores.items()
    }
    best = max(_NAMES, key=lambda name: (spoken[name], name == home))
    if not spoken[best]:
        return _by_region(home, language)
    if language == "mixed" and (best == "msa" or scores[best] < 3):
        return Reading(None, 0.5, (because(_("Too few Arabic words to tell the dialect"), ""),))
    confidence = min(0.95, 0.4 + 0.5 * spoken[best] / sum(spoken.values()))
    words = cues.quote(cues.of("dialects", best))
    return Reading(
        best, round(confidence, 3), (because(_("Words of this dialect: {words}"), words),)
    )


def _by_region(home: str | None, language: str) -> Reading:
    if language == "mixed" or home is None:
        return Reading(None if language == "mixed" else "msa", 0.4, (
            because(_("Too few Arabic words to tell the dialect"), ""),
        ))  # fmt: skip
    return Reading(
        home, 0.45, (because(_("No word tells the dialect: the branch's own is assumed"), ""),)
    )

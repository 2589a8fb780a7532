"""Learn the second opinion on intents anew from labelled files and the examples that ship."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.evaluation import BadLabelledFile, read_labelled
from leads.interpret.holdout import Example, leave_topics_out
from leads.interpret.learning import learn, write_weights
from leads.interpret.opinion import INTENTS, WEIGHTS
from leads.normalize.lexicon import read_rows

_EXAMPLES = WEIGHTS.with_name("examples.tsv")


class Command(BaseCommand):
    """`manage.py train_opinion FILE.jsonl …` writes the weights of the second opinion."""

    help = "Learn the second opinion on intents from labelled files (one JSON object a line)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="labelled files")
        parser.add_argument("--output", type=Path, default=WEIGHTS, help="where to write")
        parser.add_argument(
            "--leave-topics-out", type=int, metavar="PARTS",
            help="write nothing: measure on topics the model has not seen",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        examples = [Example(*row) for row in read_rows(_EXAMPLES)]
        try:
            for path in options["files"]:
                examples += [
                    Example(row["labels"]["intent"], path.stem, row["text"])
                    for row in read_labelled(path)
                ]
        except (BadLabelledFile, KeyError) as error:
            raise CommandError(str(error)) from error
        if unknown := {example.intent for example in examples} - set(INTENTS):
            raise CommandError(f"unknown intents: {', '.join(sorted(map(str, unknown)))}")
        if options["leave_topics_out"]:
            self._measure(examples, options["leave_topics_out"])
        else:
            self._write(examples, options["output"])

    def _measure(self, examples: Sequence[Example], parts: int) -> None:
        found = leave_topics_out(examples, count=max(2, parts))
        self.stdout.write(
            f"{found.messages} messages of unseen topics: spam F1 {found.spam_f1:.3f} "
            f"({found.wrong} wrong, {found.missed} missed), intent {found.accuracy:.3f}"
        )

    def _write(self, examples: Sequence[Example], output: Path) -> None:
        weights = learn((example.intent, example.text) for example in examples)
        write_weights(weights, output)
        self.stdout.write(f"{len(examples)} messages, {len(weights)} weights")

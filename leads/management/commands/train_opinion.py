"""Learn the second opinion on intents anew from labelled files and the examples that ship."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.evaluation import BadLabelledFile, read_labelled
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

    def handle(self, *args: Any, **options: Any) -> None:
        examples = [(row[0], row[1]) for row in read_rows(_EXAMPLES)]
        try:
            for path in options["files"]:
                examples += [(row["labels"]["intent"], row["text"]) for row in read_labelled(path)]
        except (BadLabelledFile, KeyError) as error:
            raise CommandError(str(error)) from error
        if unknown := {intent for intent, _text in examples} - set(INTENTS):
            raise CommandError(f"unknown intents: {', '.join(sorted(map(str, unknown)))}")
        weights = learn(examples)
        write_weights(weights, options["output"])
        self.stdout.write(f"{len(examples)} messages, {len(weights)} weights")

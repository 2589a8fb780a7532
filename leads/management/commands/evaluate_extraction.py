"""manage.py evaluate_extraction FILE.jsonl [--json]: how well messages are understood."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.evaluation import BadLabelledFile, Evaluation, evaluate, read_labelled


class Command(BaseCommand):
    """Needs no database: the messages come from the file, the understanding is local."""

    help = "Measure extraction and interpretation against a file of labelled messages."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="labelled messages, one JSON object a line")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument(
            "--differences", action="store_true", help="also list every answer that differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = list(read_labelled(options["file"]))
            result = evaluate(iter(rows))
        except BadLabelledFile as error:
            raise CommandError(str(error)) from error
        figures = result.as_dict()
        if options["json"]:
            if options["differences"]:
                figures["differences"] = result.differences
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1, default=str))
            return
        self._table(figures)
        if options["differences"]:
            self._differences(result)

    def _table(self, figures: dict[str, Any]) -> None:
        self.stdout.write(f"{'field':<18}{'precision':>10}{'recall':>10}{'f1':>10}")
        rows = {**figures["fields"], "spam": figures["spam"]}
        for name, row in rows.items():
            values = "".join(f"{row[key]:>10.3f}" for key in ("precision", "recall", "f1"))
            self.stdout.write(f"{name:<18}{values}")
        self.stdout.write(f"\n{'accuracy':<18}")
        for name, value in figures["accuracy"].items():
            self.stdout.write(f"{name:<18}{value:>10.3f}")
        self.stdout.write(
            f"\n{figures['rows']} messages, {figures['ms_per_message']:.2f} ms per message"
        )

    def _differences(self, result: Evaluation) -> None:
        for row in result.differences:
            self.stdout.write(f"{row['id']} {row['field']}: {row['answer']} ≠ {row['label']}")

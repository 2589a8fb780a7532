"""All checks: what is looked at every few seconds, by one worker at a time."""

from . import machine, queues, safety, traffic
from .finding import Check, Finding

WORKERS = Check(queues.workers, ("no_worker",), hold=10, calm=5)
CHECKS = [
    WORKERS,
    Check(queues.waiting, ("signals_waiting", "jobs_waiting")),
    Check(queues.dead_letters, ("signals_failed", "jobs_failed"), calm=0),
    Check(traffic.answers, ("webhook_slow", "answers_failed")),
    Check(traffic.throughput, ("throughput_low", "throughput_high"), calm=120),
    Check(traffic.sign_ins, ("sign_ins_failed",)),
    Check(safety.chain, ("chain_broken",), hold=0, calm=0),
    Check(
        safety.backups,
        ("backup_old", "backup_failed", "restore_test_old", "restore_test_failed"),
        calm=0,
    ),
    Check(machine.disks, ("disk_full",)),
    Check(machine.certificate, ("certificate_ends",), calm=0),
]

__all__ = ["CHECKS", "WORKERS", "Check", "Finding"]

"""Server settings of the embedded clusters (postgresql.org/docs/18/runtime-config.html)."""

import sys

DEVELOPMENT = {  # a small machine that also runs everything else
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "random_page_cost": "1.1",  # a solid-state disk
    "max_wal_size": "1GB",
    "checkpoint_timeout": "1min",  # little to repair after a crash: it must be back in seconds
    "checkpoint_completion_target": "0.9",
    "wal_compression": "on",
    "synchronous_commit": "on",  # an answered webhook survives kill -9
    # After a crash: one call for the whole disk, instead of one for each of a thousand files
    "recovery_init_sync_method": "syncfs" if sys.platform.startswith("linux") else "fsync",
    "jit": "off",  # compiling costs more than these queries
    "timezone": "UTC",
    "log_timezone": "UTC",
}

THROWAWAY = DEVELOPMENT | {  # the test cluster: fast, and nothing in it is worth keeping
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "max_connections": "200",
}

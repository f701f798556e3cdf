"""Starts the kernel: every context's tables, reactions and jobs are loaded once, before the first request."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules, import_string


class KernelConfig(AppConfig):
    """The ground floor."""

    name = "chengzhi.kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        """Load the rooms that register something, and check that the tables of all contexts fit together."""
        autodiscover_modules("workflow", "queries", "services", "reactions", "jobs")
        import_string("chengzhi.kernel.workflow.kind.check_together")()  # by name: tables exist only now

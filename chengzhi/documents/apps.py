"""Starts the keeping of attachments."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """What is kept on file about a matter."""

    name = "chengzhi.documents"
    verbose_name = "Documents"

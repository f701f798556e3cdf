"""Starts the call-taker's desk."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """Calls of citizens, what they bring, and what a call-taker answers."""

    name = "chengzhi.hotline"
    verbose_name = "Hotline"

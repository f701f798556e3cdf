"""Starts the register of the people and organisations we deal with."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """People and organisations outside the administration."""

    name = "chengzhi.parties"
    verbose_name = "Parties"

from django.apps import AppConfig


class NotificationConfig(AppConfig):
    name = "chengzhi.notification"

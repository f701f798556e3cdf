"""Addresses of the pages of the organisation."""

from django.urls import path

from chengzhi.organisation import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("post", views.choose_post, name="choose_post"),
]

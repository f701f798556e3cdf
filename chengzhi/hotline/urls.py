"""Addresses of the desk and of the knowledge base."""

from django.urls import path

from chengzhi.hotline.views import desk, knowledge

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/calls", desk.ring, name="desk_ring"),
    path("desk/calls/<int:call_id>/<slug:verb>", desk.move, name="desk_call"),
    path("desk/tickets/<int:ticket_id>/replied", desk.replied, name="desk_replied"),
    path("desk/suggest", desk.suggest, name="desk_suggest"),
    path("desk/places", desk.where, name="desk_places"),
    path("desk/knowledge", desk.ask_knowledge, name="desk_knowledge"),
    path("settings/knowledge", knowledge.listing, name="knowledge"),
    path("settings/knowledge/new", knowledge.edit, name="knowledge_new"),
    path("settings/knowledge/<int:page_id>", knowledge.edit, name="knowledge_page"),
]

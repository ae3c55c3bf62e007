"""The admin pages, and as many further ones as the other peers have in their menus."""

from django.contrib import admin

from bench.peers import cases
from bench.peers.django_app.models import Cluster, Fan, Note


@admin.register(Fan)
class FanAdmin(admin.ModelAdmin):
    list_display = ("name", "brand", "country", "spent_minor", "last_seen", "joined_at")
    list_filter = ("brand",)
    search_fields = ("name",)
    ordering = ("-joined_at",)
    list_per_page = cases.PAGE


@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):
    list_display = ("body",)
    fields = ("creator", "body")


for number in range(cases.MENU):
    further = type(
        f"Further{number}",
        (Cluster,),
        {
            "__module__": Cluster.__module__,
            "Meta": type("Meta", (), {"proxy": True, "app_label": "django_app"}),
        },
    )
    admin.site.register(further)

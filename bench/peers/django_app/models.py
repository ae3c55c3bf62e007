"""The tables; they belong to our migrations, so that Django leaves them alone."""

from django.db import models


class Cluster(models.Model):
    key = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "cluster"

    def __str__(self) -> str:
        return str(self.name)


class Fan(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=80)
    brand = models.ForeignKey(Cluster, models.DO_NOTHING, db_column="cluster", db_constraint=False)
    country = models.CharField(max_length=2)
    spent_minor = models.BigIntegerField()
    last_seen = models.DateTimeField(null=True)
    joined_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "fan"


class Creator(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "creator"

    def __str__(self) -> str:
        return str(self.name)


class Note(models.Model):
    id = models.UUIDField(primary_key=True)
    creator = models.ForeignKey(Creator, models.DO_NOTHING, null=True)
    body = models.TextField()

    class Meta:
        managed = False
        db_table = "note"

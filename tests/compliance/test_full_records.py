"""Every published asset of the demo stands on a full record: recounted in SQL, item by item."""

import pytest
from sqlalchemy import text

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import World
from tests.console.test_statements import demo_world

__all__ = ["demo_world"]
PUBLISHED = """
    FROM media.asset a
    LEFT JOIN compliance.asset_review r ON r.asset_id = a.id
   WHERE a.published_at <= :now AND a.withdrawn_at IS NULL
"""
SHOWN = """
    FROM media.asset a
    JOIN compliance.asset_review r ON r.asset_id = a.id
    JOIN compliance.depiction d ON d.review_id = r.id
    JOIN compliance.performer p ON p.id = d.performer_id
   WHERE a.published_at <= :now AND a.withdrawn_at IS NULL
"""
LACKING = {
    "a released review of what is published": f"SELECT a.id {PUBLISHED} AND (r.id IS NULL OR r.state <> 'released' OR r.reasons <> '[]')",
    "a review of these very bytes": f"SELECT a.id {PUBLISHED} AND r.sha256 IS DISTINCT FROM a.sha256",
    "a date of production that is not after the upload": f"SELECT a.id {PUBLISHED} AND (r.produced_on IS NULL OR r.produced_on > a.created_at::date)",
    "what it shows": f"SELECT a.id {PUBLISHED} AND (r.acts IS NULL OR cardinality(r.acts) = 0)",
    "a performer": f"SELECT a.id {PUBLISHED} AND NOT EXISTS (SELECT FROM compliance.depiction d WHERE d.review_id = r.id)",
    "the performers that its creator named": f"""
        SELECT a.id {PUBLISHED} AND EXISTS (
            SELECT FROM jsonb_array_elements_text(to_jsonb(a.performer_ids)) AS named(id)
             WHERE NOT EXISTS (SELECT FROM compliance.depiction d WHERE d.review_id = r.id AND d.performer_id = CAST(named.id AS uuid)))""",
    "performers with a verified identity that holds": f"SELECT a.id {SHOWN} AND (p.state <> 'verified' OR coalesce(p.valid_until < CAST(:now AS date), true) OR p.decided_at IS NULL)",
    "performers of age on the day of production": f"SELECT a.id {SHOWN} AND p.born_on + interval '18 years' > r.produced_on",
    "a document with a copy, its hash and a day until which it holds": f"""
        SELECT a.id {SHOWN} AND NOT EXISTS (
            SELECT FROM compliance.identity_document i
             WHERE i.performer_id = p.id AND i.copy_key <> '' AND i.copy_sha256 <> '' AND i.expires_on >= r.produced_on)""",
    "every name under which a performer is shown": f"""
        SELECT a.id {SHOWN} AND NOT EXISTS (
            SELECT FROM compliance.performer_alias n WHERE n.performer_id = p.id AND n.name = p.stage_name)""",
    "a consent of every performer in force, for what it shows and where": f"""
        SELECT a.id {SHOWN} AND NOT EXISTS (
            SELECT FROM compliance.consent c
             WHERE c.asset_id = a.id AND c.performer_id = p.id AND c.revoked_at IS NULL AND c.confirmed_at IS NOT NULL
               AND (c.ends_on IS NULL OR c.ends_on >= CAST(:now AS date)) AND (cardinality(c.clusters) = 0 OR a.cluster = ANY(c.clusters))
               AND c.acts @> r.acts AND 'platform' = ANY(c.distribution))""",
}  # fmt: skip


class TestEveryPublishedAsset:
    def test_is_counted(self, demo_world: World) -> None:
        published = session.execute(text(f"SELECT count(*) {PUBLISHED}"), {"now": clock.now()}).scalar_one()
        assert published == len(demo_world.assets) > 20

    @pytest.mark.parametrize("item", LACKING)
    def test_has(self, demo_world: World, item: str) -> None:
        lacking = session.execute(text(LACKING[item]), {"now": clock.now()}).scalars().all()
        assert not lacking, f"{len(lacking)} published assets lack {item}"

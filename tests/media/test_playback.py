import threading
from datetime import timedelta

import pytest
from werkzeug.serving import make_server

from fanzadmin.kernel import clock
from fanzadmin.kernel.errors import SignInNeeded
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media import service
from fanzadmin.media.assets import queries
from fanzadmin.media.service import Viewer
from tests.media import clips
from tests.media.conftest import encode, end_of_request


class TestGrantPlayback:
    def test_the_public_is_seen_by_everybody(self, published):
        asset = published(audience="public")
        granted = service.grant_playback(asset.id, Viewer())
        assert granted.hls_url.endswith("/cmaf/master.m3u8")
        assert granted.dash_url.endswith("/cmaf/manifest.mpd")
        assert {p.format for p in granted.pictures} == {"avif", "webp", "jpg"}

    def test_subscribers_see_it_others_read_what_would_help(self, published, town):
        asset = published(audience="subscribers")
        fan = town.new_fan(cluster="nova", user_id=7)
        with pytest.raises(SignInNeeded):
            service.grant_playback(asset.id, Viewer())
        with pytest.raises(service.NotForYou, match="Subscribe to Mia Stone"):
            service.grant_playback(asset.id, Viewer(7, fan.id))
        town.subscriptions.add((fan.id, asset.creator_id))
        assert service.grant_playback(asset.id, Viewer(7, fan.id)).hls_url

    def test_pay_per_view_needs_the_unlock_even_of_a_subscriber(self, published, town):
        asset = published(audience="ppv", price_minor=500)
        fan = town.new_fan(cluster="nova", user_id=7)
        town.subscriptions.add((fan.id, asset.creator_id))
        with pytest.raises(service.NotForYou, match=r"Unlock this for \$5.00"):
            service.grant_playback(asset.id, Viewer(7, fan.id))
        town.unlocks.add((fan.id, asset.id))
        assert service.grant_playback(asset.id, Viewer(7, fan.id)).hls_url

    def test_another_creator_is_no_fan(self, published, town):
        asset = published(audience="subscribers")
        with pytest.raises(service.NotForYou):
            service.grant_playback(
                asset.id, Viewer(user_id=8, creator_id=town.new_creator(cluster="nova", user_id=8).id)
            )

    def test_what_is_not_published_exists_only_for_the_creator_and_staff(self, upload, clear, clip):
        asset = clear(upload(clip, audience="public"))
        owner = Viewer(user_id=1, creator_id=asset.creator_id)
        with pytest.raises(service.NotReady):
            service.grant_playback(asset.id, owner)
        encode(asset)
        assert service.grant_playback(asset.id, owner).hls_url
        assert service.grant_playback(asset.id, Viewer(user_id=2, is_staff=True)).hls_url
        for stranger in (Viewer(), Viewer(user_id=3, is_staff=True, clusters=frozenset({"other"}))):
            with pytest.raises(service.NoSuchAsset):
                service.grant_playback(asset.id, stranger)

    def test_a_withdrawn_asset_offers_no_picture_that_would_be_refused(self, published):
        asset = published(audience="public")
        owner = Viewer(user_id=1, creator_id=asset.creator_id)
        assert queries.asset_view(asset.id, owner).poster_url
        service.withdraw(asset, reason="Enough")
        end_of_request()
        assert queries.asset_view(asset.id, owner).poster_url == ""

    def test_the_same_viewer_gets_the_same_address_for_a_while(self, published):
        asset = published(audience="public")
        at = clock.now().replace(minute=3, second=0)
        with clock.frozen(at):
            first = service.grant_playback(asset.id, Viewer()).hls_url
        with clock.frozen(at + timedelta(minutes=5)):
            assert service.grant_playback(asset.id, Viewer()).hls_url == first


class TestServe:
    def test_a_playlist_and_its_segments_are_reached_by_their_relative_names(self, published, client):
        url = service.grant_playback(published(audience="public").id, Viewer()).hls_url
        master = client.get(url)
        assert master.status_code == 200
        assert master.content_type == "application/vnd.apple.mpegurl"
        assert master.headers["Cache-Control"].startswith("private, max-age=")
        base = url.removesuffix("master.m3u8")
        assert client.get(base + "144p/init.mp4").content_type == "video/mp4"
        assert client.get(base + "144p/1.m4s").status_code == 200

    def test_an_independent_player_plays_every_frame_over_http(self, published, client, app):
        url = service.grant_playback(published(audience="public").id, Viewer()).hls_url
        server = make_server("127.0.0.1", 0, app)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.port}{url}"
            assert clips.count_frames(address, "-allowed_extensions", "ALL") == 10
        finally:
            server.shutdown()
            thread.join()

    def test_ranges_are_answered_by_rfc_9110(self, published, client):
        asset = published(audience="public")
        url = service.grant_playback(asset.id, Viewer()).pictures[0].url
        whole = client.get(url).data
        part = client.get(url, headers={"Range": "bytes=2-5"})
        assert (part.status_code, part.data) == (206, whole[2:6])
        assert part.headers["Content-Range"] == f"bytes 2-5/{len(whole)}"
        assert client.get(url, headers={"Range": "bytes=-3"}).data == whole[-3:]
        assert client.get(url, headers={"Range": "bytes=0-1,4-5"}).data == whole
        beyond = client.get(url, headers={"Range": f"bytes={len(whole)}-"})
        assert beyond.status_code == 416
        assert beyond.headers["Content-Range"] == f"bytes */{len(whole)}"

    def test_an_unchanged_file_is_not_sent_again(self, published, client):
        url = service.grant_playback(published(audience="public").id, Viewer()).pictures[0].url
        etag = client.get(url).headers["ETag"]
        assert client.get(url, headers={"If-None-Match": etag}).status_code == 304

    def test_only_the_head_is_sent_when_asked(self, published, client):
        url = service.grant_playback(published(audience="public").id, Viewer()).hls_url
        answer = client.head(url)
        assert answer.status_code == 200
        assert int(answer.headers["Content-Length"]) > 0
        assert answer.data == b""

    def test_an_expired_link_is_refused(self, published, client):
        url = service.grant_playback(published(audience="public").id, Viewer()).hls_url
        with clock.frozen(clock.now() + timedelta(hours=5)):
            answer = client.get(url, headers={"Accept": "application/json"})
        assert answer.status_code == 403
        assert "expired" in answer.json["detail"]

    def test_a_changed_token_and_another_assets_token_are_refused(self, published, client):
        url = service.grant_playback(published(audience="public").id, Viewer()).hls_url
        _, _, token, *path = url.split("/")
        for changed in (
            f"{token[:-2]}{'A' if token[-2] != 'A' else 'B'}{token[-1]}",  # the last one has bits to spare
            "x",
            token.replace(".", ""),
            "W10." + token,
        ):
            assert client.get("/".join(["", "media", changed, *path])).status_code == 403

    @pytest.mark.parametrize(
        "path",
        [
            "../../uploads/nova/x/source",
            "%2e%2e/source",
            "cmaf/../../x",
            "..%2f..%2fx",
            "/etc/passwd",
            "cmaf//x",
            "a%00b",
        ],
    )
    def test_no_path_leads_out_of_the_assets_folder(self, published, client, path):
        asset = published(audience="public")
        base = service.grant_playback(asset.id, Viewer()).hls_url.removesuffix("cmaf/master.m3u8")
        answer = client.get(base + path)
        assert answer.status_code in (308, 403, 404)
        assert b"ftyp" not in answer.data

    def test_the_original_is_never_served(self, published, client):
        asset = published(audience="public")
        base = service.grant_playback(asset.id, Viewer()).hls_url.removesuffix("cmaf/master.m3u8")
        assert get_storage().exists(asset.source_key)
        for path in ("source", asset.source_key, f"clean/{asset.id}"):
            assert client.get(base + path).status_code == 404

    def test_a_link_dies_with_the_withdrawal(self, published, client):
        asset = published(audience="public")
        url = service.grant_playback(asset.id, Viewer()).hls_url
        service.hold(asset.id, reasons=("x",))
        assert client.get(url).status_code == 403
        service.release(asset.id)
        assert client.get(url).status_code == 200
        service.withdraw(asset, reason="x")
        assert client.get(url).status_code == 403


class TestTheRightEnds:
    def test_a_refunded_unlock_closes_its_links_at_once(self, published, login, town):
        asset = published(audience="ppv", price_minor=500)
        fan = login("Fan")
        card = town.new_fan(cluster="nova", user_id=fan.user_id)
        town.unlocks.add((card.id, asset.id))
        end_of_request()
        url = fan.get(f"/api/v1/media/assets/{asset.id}/playback").json["hls_url"]
        assert fan.get(url).status_code == 200
        town.unlocks.clear()
        answer = fan.get(url, headers={"Accept": "application/json"})
        assert answer.status_code == 403
        assert "not offered" in answer.json["detail"]

    def test_a_link_of_a_login_opens_nothing_for_another(self, published, login, town, client):
        asset = published(audience="subscribers")
        fan, other = login("Fan"), login("Fan")
        for reader in (fan, other):
            card = town.new_fan(cluster="nova", user_id=reader.user_id)
            town.subscriptions.add((card.id, asset.creator_id))
        end_of_request()
        url = fan.get(f"/api/v1/media/assets/{asset.id}/playback").json["hls_url"]
        assert fan.get(url).status_code == 200
        assert other.get(url).status_code == client.get(url).status_code == 403

    def test_a_public_card_closes_when_its_audience_has_to_pay(self, published, client):
        asset = published(audience="public")
        url = queries.AssetAnswers().card(asset.id).poster_url
        assert client.get(url).status_code == 200
        asset.audience, asset.price_minor = "ppv", 500
        end_of_request()
        assert client.get(url).status_code == 403

    def test_a_browser_keeps_no_piece_longer_than_a_minute(self, published, client):
        url = service.grant_playback(published(audience="public").id, Viewer()).hls_url
        assert client.get(url).headers["Cache-Control"] == "private, max-age=60"


class TestCards:
    def test_a_public_card_shows_the_poster_a_paid_one_a_blur(self, published, client):
        free, paid = published(audience="public"), published(audience="ppv", price_minor=500)
        cards = queries.AssetAnswers().cards((free.id, paid.id, "nonsense"))
        assert cards[free.id].poster_url.endswith("/card.webp")
        assert cards[paid.id].poster_url.endswith("/teaser.webp")
        for card in cards.values():
            assert client.get(card.poster_url).content_type == "image/webp"

    def test_a_cards_token_opens_its_one_picture_only(self, published, client):
        asset = published(audience="ppv", price_minor=500)
        card = queries.AssetAnswers().card(asset.id)
        base = card.poster_url.removesuffix("teaser.webp")
        for path in ("card.webp", "poster-256.webp", "cmaf/master.m3u8", "cmaf/144p/1.m4s"):
            assert client.get(base + path).status_code == 404

    def test_a_picture_of_an_image_behind_a_price_is_blurred_too(self, published, tmp_path):
        asset = published(clips.picture(tmp_path / "a.jpg"), "image", audience="subscribers")
        assert queries.AssetAnswers().card(asset.id).poster_url.endswith("/teaser.webp")
        (view,) = queries.own_assets(asset.creator_id).items
        assert view.poster_url.endswith("/card.webp")

    def test_nothing_is_shown_of_what_is_not_published(self, upload, clear, clip):
        asset = clear(upload(clip, audience="public"))
        encode(asset)
        assert queries.AssetAnswers().card(asset.id).poster_url == ""


class TestPlaybackApi:
    def test_fans_get_addresses_and_strangers_a_sentence(self, published, login, town):
        asset = published(audience="ppv", price_minor=500)
        fan = login("Fan")
        card = town.new_fan(cluster="nova", user_id=fan.user_id)
        end_of_request()
        answer = fan.get(f"/api/v1/media/assets/{asset.id}/playback")
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/media/not-for-you")
        town.unlocks.add((card.id, asset.id))
        answer = fan.get(f"/api/v1/media/assets/{asset.id}/playback")
        assert answer.json["hls_url"].startswith("/media/")
        assert fan.get(answer.json["hls_url"]).status_code == 200

    def test_staff_without_the_right_is_a_stranger(self, published, login, upload):
        asset = upload(b"abc", audience="public")
        assert login("Finance").get(f"/api/v1/media/assets/{asset.id}/playback").status_code == 404

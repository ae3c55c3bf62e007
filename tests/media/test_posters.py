"""The poster: a moment of the video or a picture of the creator's, drawn by a worker."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from fanzadmin.contracts.media import AssetReady
from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media import service
from fanzadmin.media.assets import queries
from fanzadmin.media.assets.models import Asset, Rendition
from fanzadmin.media.assets.signed_urls import picture_url
from fanzadmin.media.posters import listeners
from fanzadmin.shield.incidents.models import Incident
from jobs import media as jobs
from tests.media import clips
from tests.media.conftest import end_of_request


def draw(asset: Asset) -> Asset:
    """Run the drawing as a worker does."""
    end_of_request()
    jobs.draw_poster(asset.id)
    end_of_request()
    return service.lock_asset(asset.id)


def picture(
    colour: str = "red", size: tuple[int, int] = (900, 600), form: str = "JPEG", **options: Any
) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, form, **options)
    return file.getvalue()


def shown(asset: Asset) -> Image.Image:
    """The picture of the cards."""
    return Image.open(io.BytesIO(get_storage().get(f"{asset.prefix}/card.webp"))).convert("RGB")


def colour_of(image: Image.Image) -> str:
    red, green, blue = image.resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    return max((("red", red), ("green", green), ("blue", blue)), key=lambda pair: pair[1])[0]


@pytest.fixture(scope="session")
def three_colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds: three red, three green, three blue."""
    return clips.colours(
        tmp_path_factory.mktemp("colours") / "colours.mp4", ("red", "green", "blue"), seconds=3
    )


class TestChooseMoment:
    @pytest.mark.parametrize(("at_ms", "colour"), [(500, "red"), (4_500, "green"), (8_900, "blue")])
    def test_the_poster_shows_what_the_video_shows_then(
        self, published: Any, three_colours: Path, at_ms: int, colour: str
    ) -> None:
        asset = published(three_colours)
        before, address = asset.thumbhash, picture_url(asset)
        service.choose_moment(asset, at_ms)
        asset = draw(asset)
        assert colour_of(shown(asset)) == colour
        assert (asset.poster, asset.poster_problem) == (asset.poster_drawn, "")
        assert picture_url(asset) != address  # no browser shows the former from its cache
        assert asset.thumbhash != before or colour == "red"

    def test_drawn_twice_it_is_the_same(self, published: Any, db: Any) -> None:
        asset = published()
        service.choose_moment(asset, 500)
        assert db.scalar(select(Task.queue).where(Task.name == "media.draw_poster")) == "media"
        asset = draw(draw(asset))
        rows = db.scalars(
            select(Rendition).where(Rendition.asset_id == asset.id, Rendition.purpose == "poster")
        ).all()
        assert len({row.path for row in rows}) == len(rows) > 0
        assert all(get_storage().exists(f"{asset.prefix}/{row.path}") for row in rows)

    @pytest.mark.parametrize("at_ms", [-1, 1_000_000])
    def test_a_moment_lies_within_the_video(self, published: Any, at_ms: int) -> None:
        with pytest.raises(service.WrongMoment, match="within the video"):
            service.choose_moment(published(), at_ms)

    def test_there_is_none_before_the_file_is_processed(self, upload: Any) -> None:
        with pytest.raises(service.NoPosterYet, match="once the file is processed"):
            service.choose_moment(upload(b"abc"), 0)

    def test_a_picture_is_its_own_poster(self, published: Any) -> None:
        asset = published(picture(), kind="image", filename="a.jpg", content_type="image/jpeg")
        with pytest.raises(service.NoPosterYet, match="its own poster"):
            service.choose_moment(asset, 0)

    def test_after_another_encode_it_is_drawn_again(self, published: Any, db: Any) -> None:
        asset = published()
        service.choose_moment(asset, 500)
        asset = draw(asset)
        listeners.redraw_poster(
            AssetReady(
                asset_id=asset.id, cluster=asset.cluster, creator_id=asset.creator_id, kind="video", duration_ms=1000,
                stored_bytes=1, processing_ms=1,
            )
        )  # fmt: skip
        view = queries.asset_view(asset.id, service.Viewer(creator_id=asset.creator_id))
        assert view.poster_pending
        assert draw(asset).poster_drawn == "at:500"


class TestChoosePicture:
    def test_it_is_inspected_and_shown_without_its_metadata(self, published: Any) -> None:
        asset = published()
        exif = Image.Exif()
        exif[0x010F] = "Secret camera"
        service.choose_picture(asset, [picture("blue", exif=exif)])
        asset = draw(asset)
        assert colour_of(shown(asset)) == "blue"
        stored = [get_storage().get(meta.key) for meta in get_storage().list_objects(asset.poster_prefix)]
        assert stored
        assert not any(b"Secret camera" in content for content in stored)

    def test_a_sound_gets_a_cover(self, published: Any, tmp_path: Path) -> None:
        asset = published(
            clips.sound(tmp_path / "a.wav"), kind="audio", filename="a.wav", content_type="audio/wav"
        )
        service.choose_picture(asset, [picture("green")])
        asset = draw(asset)
        assert asset.thumbhash
        assert colour_of(shown(asset)) == "green"

    def test_what_is_no_picture_is_refused_with_a_sentence(self, published: Any) -> None:
        asset = published()
        service.choose_picture(asset, [b"Hello, I am a text."])
        asset = draw(asset)
        assert (asset.poster, asset.poster_drawn) == ("", "")
        view = queries.asset_view(asset.id, service.Viewer(creator_id=asset.creator_id))
        assert view.poster_problem.endswith(".")
        assert list(get_storage().list_objects(asset.poster_prefix)) == []

    def test_a_hostile_one_opens_an_incident_and_the_poster_stays(self, published: Any, db: Any) -> None:
        asset = published()
        before = shown(asset).tobytes()
        service.choose_picture(asset, [picture() + b"PK\x03\x04" + b"\0" * 26 + b"PK\x05\x06" + b"\0" * 18])
        asset = draw(asset)
        assert asset.poster_problem
        assert shown(asset).tobytes() == before
        assert db.scalars(select(Incident.about_id)).all() == [asset.id]

    def test_an_empty_or_endless_one_is_refused_at_once(self, published: Any, monkeypatch: Any) -> None:
        asset = published()
        with pytest.raises(service.WrongPicture, match="empty"):
            service.choose_picture(asset, [])
        monkeypatch.setattr("fanzadmin.media.posters.service.MOST_BYTES", 10)
        with pytest.raises(service.WrongPicture, match="at most"):
            service.choose_picture(asset, [b"x" * 11])
        assert list(get_storage().list_objects(asset.poster_prefix)) == []

    def test_withdrawn_nothing_of_it_stays(self, published: Any) -> None:
        asset = published()
        service.choose_picture(asset, [picture()])
        asset = draw(asset)
        service.withdraw(asset, reason="x")
        end_of_request()
        assert list(get_storage().list_objects(asset.poster_prefix)) == []

    def test_the_worker_gives_up_and_the_poster_stays(self, published: Any) -> None:
        asset = published()
        service.choose_moment(asset, 500)
        jobs.draw_poster_failed(asset.id, "The machine was ended.")
        assert (asset.poster, asset.poster_problem) == ("", "The machine was ended.")

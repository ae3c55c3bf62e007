from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fanzadmin.media.transcoding.ladder import MAX_FPS, STEPS, frame_rate, plan_ladder

sides = st.integers(16, 8192)
rates = st.fractions(Fraction(1, 10), Fraction(1000))


class TestPlanLadder:
    @given(sides, sides, rates)
    def test_there_is_at_least_one_rung_and_none_is_larger_than_the_source(self, width, height, fps):
        rungs = plan_ladder(width=width, height=height, fps=fps)
        assert rungs
        assert all(r.width <= width and r.height <= height for r in rungs)

    @given(sides, sides, rates)
    def test_every_side_is_even(self, width, height, fps):
        rungs = plan_ladder(width=width, height=height, fps=fps)
        assert all(r.width % 2 == 0 and r.height % 2 == 0 and r.width >= 2 and r.height >= 2 for r in rungs)

    @given(st.integers(240, 4096), st.integers(240, 4096), rates)
    def test_the_aspect_is_kept_within_one_pixel_of_rounding(self, width, height, fps):
        for rung in plan_ladder(width=width, height=height, fps=fps):
            assert abs(rung.width * height / width - rung.height) <= 2 * (1 + height / width)

    @given(sides, sides, rates)
    def test_rungs_grow_in_size_and_never_fall_in_bit_rate(self, width, height, fps):
        rungs = plan_ladder(width=width, height=height, fps=fps)
        assert [r.width * r.height for r in rungs] == sorted({r.width * r.height for r in rungs})
        assert [r.max_bit_rate for r in rungs] == sorted(r.max_bit_rate for r in rungs)
        assert len({r.name for r in rungs}) == len(rungs)

    @given(sides, sides, rates, st.integers(1, 100_000_000))
    def test_no_rung_gets_far_more_bits_than_the_source_has(self, width, height, fps, bits):
        rungs = plan_ladder(width=width, height=height, fps=fps, source_bit_rate=bits)
        assert all(r.max_bit_rate <= max(100_000, bits * 1.3) for r in rungs)

    def test_an_ultra_hd_source_gets_every_step(self):
        rungs = plan_ladder(width=3840, height=2160, fps=Fraction(30))
        assert tuple(r.height for r in rungs) == STEPS

    def test_a_portrait_source_is_measured_by_its_shorter_side(self):
        rungs = plan_ladder(width=720, height=1280, fps=Fraction(30))
        assert [(r.name, r.width) for r in rungs] == [
            ("240p", 240),
            ("360p", 360),
            ("480p", 480),
            ("720p", 720),
        ]

    def test_a_source_between_two_steps_keeps_its_own_size_on_top(self):
        rungs = plan_ladder(width=1066, height=600, fps=Fraction(25))
        assert [r.name for r in rungs] == ["240p", "360p", "480p", "600p"]

    def test_a_source_just_above_a_step_gets_no_rung_of_its_own(self):
        assert [r.name for r in plan_ladder(width=660, height=370, fps=Fraction(25))] == ["240p", "360p"]

    def test_a_tiny_source_gets_one_rung_of_its_own_size(self):
        (rung,) = plan_ladder(width=177, height=145, fps=Fraction(25))
        assert (rung.width, rung.height) == (176, 144)


class TestFrameRate:
    @given(rates)
    def test_it_is_between_one_and_sixty(self, fps):
        assert Fraction(1, 2) <= frame_rate(fps) <= MAX_FPS

    def test_broadcast_rates_are_kept_exactly(self):
        assert frame_rate(Fraction(30000, 1001)) == Fraction(30000, 1001)

"""Coordinates: known values of the conversions, and what is refused."""

import pytest

from chengzhi.kernel.problems import Invalid
from chengzhi.territory import coordinates


@pytest.mark.parametrize(
    ("convert", "position", "expected"),
    [
        (coordinates.wgs84_to_gcj02, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        (coordinates.wgs84_to_gcj02, (106.665, 35.543), (106.66922305869562, 35.542533844738834)),
        (coordinates.wgs84_to_gcj02, (-0.1276, 51.5072), (-0.1276, 51.5072)),
        (coordinates.gcj02_to_bd09, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
        (coordinates.bd09_to_gcj02, (116.404, 39.915), (116.39762729119315, 39.90865673957631)),
    ],
)
def test_conversions_give_the_known_values(convert, position, expected):
    assert convert(*position) == expected


@pytest.mark.parametrize("position", [(116.404, 39.915), (106.665, 35.543), (105.1, 36.0), (75.0, 40.0), (130.0, 45.0)])
def test_gcj02_and_back_is_within_a_billionth_of_a_degree(position):
    lon, lat = coordinates.gcj02_to_wgs84(*coordinates.wgs84_to_gcj02(*position))
    assert abs(lon - position[0]) < 1e-9 and abs(lat - position[1]) < 1e-9


@pytest.mark.parametrize(
    ("crs", "position", "expected"),
    [
        ("cgcs2000", (106.66500004, 35.54299996), (106.665, 35.543)),
        ("wgs84", (106.665, 35.543), (106.665, 35.543)),
        ("WGS84", (106.665, 35.543), (106.665, 35.543)),
        ("gcj02", (106.66922305869562, 35.542533844738834), (106.665, 35.543)),
        ("bd09", (106.67565050366704, 35.54881008825988), (106.6649997, 35.5430006)),
    ],
)
def test_positions_are_stored_in_cgcs2000_with_seven_decimals(crs, position, expected):
    assert coordinates.to_cgcs2000(*position, crs) == expected


@pytest.mark.parametrize(
    ("lon", "lat", "crs", "code"),
    [
        (106.0, 35.0, "wgs-72", "crs_unknown"),
        (181.0, 35.0, "wgs84", "lon_out_of_range"),
        (35.5, 106.6, "wgs84", "lat_out_of_range"),
        (float("nan"), 35.0, "wgs84", "lon_out_of_range"),
        (106.0, float("inf"), "gcj02", "lat_out_of_range"),
    ],
)
def test_an_impossible_position_or_unknown_system_is_refused(lon, lat, crs, code):
    with pytest.raises(Invalid) as refused:
        coordinates.to_cgcs2000(lon, lat, crs)
    assert refused.value.code == code

"""Positions in the coordinate systems that devices and maps use here, converted to CGCS2000 at the edge.

CGCS2000 and WGS-84 differ by centimetres and count as equal for a report. GCJ-02 (Amap, Tencent) and BD-09 (Baidu) are offset by
some hundred metres; no standard publishes their formulas, these are the ones in common use, checked against known values. The raw
position as it came is kept by the caller.
"""

from math import atan2, cos, isfinite, pi, sin, sqrt

from chengzhi.kernel.problems import Invalid

SYSTEMS = ("cgcs2000", "wgs84", "gcj02", "bd09")
DECIMALS = 7
AXIS, ECCENTRICITY = 6378245.0, 0.00669342162296594323
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
BAIDU_ANGLE = pi * 3000.0 / 180.0
CLOSE_ENOUGH, MOST_ROUNDS = 1e-10, 8

Position = tuple[float, float]


def to_cgcs2000(lon: float, lat: float, crs: str = "cgcs2000") -> Position:
    """Return a position (degrees) in CGCS2000 with seven decimals; an unknown system or impossible position is refused."""
    _refuse_impossible(lon, lat)
    system = crs.strip().lower()
    if system not in SYSTEMS:
        raise Invalid(
            f"坐标系“{crs}”未知，请用 {'、'.join(SYSTEMS)} 之一。",
            f"The coordinate system “{crs}” is unknown; use one of {', '.join(SYSTEMS)}.",
            code="crs_unknown",
        )
    if system == "bd09":
        lon, lat = bd09_to_gcj02(lon, lat)
    if system in {"bd09", "gcj02"}:
        lon, lat = gcj02_to_wgs84(lon, lat)
    return round(lon, DECIMALS), round(lat, DECIMALS)


def wgs84_to_gcj02(lon: float, lat: float) -> Position:
    """Return a WGS-84 position in GCJ-02; outside the region of the offset it stays as it is."""
    if not (WEST <= lon <= EAST and SOUTH <= lat <= NORTH):
        return lon, lat
    east, north = _shift(lon - 105.0, lat - 35.0)
    phi = lat / 180.0 * pi
    m = 1 - ECCENTRICITY * sin(phi) ** 2
    dlat = north * 180.0 / ((AXIS * (1 - ECCENTRICITY)) / (m * sqrt(m)) * pi)
    dlon = east * 180.0 / (AXIS / sqrt(m) * cos(phi) * pi)
    return lon + dlon, lat + dlat


def gcj02_to_wgs84(lon: float, lat: float) -> Position:
    """Return a GCJ-02 position in WGS-84, by iteration until it meets the target to less than a billionth of a degree."""
    found_lon, found_lat = lon, lat
    for _ in range(MOST_ROUNDS):
        there_lon, there_lat = wgs84_to_gcj02(found_lon, found_lat)
        off_lon, off_lat = there_lon - lon, there_lat - lat
        found_lon, found_lat = found_lon - off_lon, found_lat - off_lat
        if abs(off_lon) < CLOSE_ENOUGH and abs(off_lat) < CLOSE_ENOUGH:
            break
    return found_lon, found_lat


def gcj02_to_bd09(lon: float, lat: float) -> Position:
    """Return a GCJ-02 position in BD-09."""
    radius = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * BAIDU_ANGLE)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * BAIDU_ANGLE)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def bd09_to_gcj02(lon: float, lat: float) -> Position:
    """Return a BD-09 position in GCJ-02, by the usual formula, which is good to about a metre."""
    x, y = lon - 0.0065, lat - 0.006
    radius = sqrt(x * x + y * y) - 0.00002 * sin(y * BAIDU_ANGLE)
    angle = atan2(y, x) - 0.000003 * cos(x * BAIDU_ANGLE)
    return radius * cos(angle), radius * sin(angle)


def _shift(x: float, y: float) -> Position:
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    return east, north


def _refuse_impossible(lon: float, lat: float) -> None:
    if not (isfinite(lon) and -180 <= lon <= 180):
        raise Invalid(
            f"经度 {lon} 不对，应在 -180 到 180 之间（经度在前，纬度在后）。",
            f"lon {lon} is wrong; it must lie between -180 and 180 (longitude first, then latitude).",
            code="lon_out_of_range",
        )
    if not (isfinite(lat) and -90 <= lat <= 90):
        raise Invalid(
            f"纬度 {lat} 不对，应在 -90 到 90 之间（经度在前，纬度在后）。",
            f"lat {lat} is wrong; it must lie between -90 and 90 (longitude first, then latitude).",
            code="lat_out_of_range",
        )

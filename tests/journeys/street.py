"""What journeys on the street share: the phone page of an inspector, its camera, its drafts."""

from playwright.sync_api import Locator, Page, expect

from chengzhi.incidents.models import Incident
from chengzhi.kernel.models import Matter
from tests.world import COUNTY, World

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
DAY_AHEAD = """{
    const Real = Date, ahead = 24 * 3600 * 1000;
    globalThis.Date = class extends Real {
        constructor(...given) { if (given.length) super(...given); else super(Real.now() + ahead); }
        static now() { return Real.now() + ahead; }
    };
}"""
FILL = """async ([count, size]) => {
    const store = await import("/static/incidents/phone/store.js"), { day } = await import("/static/incidents/phone/day.js");
    const { begin } = await import("/static/incidents/phone/forms.js");
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const pen = canvas.getContext("2d");
    for (let n = 0; n < count; n++) {
        const record = await begin("report", { state: "waiting", at: new Date().toISOString() });
        const [lon, lat] = POINT;
        record.form.sent = { class_code: "SJ0102", description: `第${n}处`, source: "inspector", crs: "wgs84", lon, lat };
        await store.put(record);
        for (const order of [0, 1]) {
            for (let y = 0; y < size; y += 8) for (let x = 0; x < size; x += 8) {
                pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
                pen.fillRect(x, y, 8, 8);
            }
            const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
            await store.putPhoto({ id: store.newId(), draft: record.id, slot: order ? "far" : "near", order, blob, size: blob.size,
                taken: new Date().toISOString(), lon: null, lat: null, fromCamera: true, attachment: null });
        }
    }
}"""


def opened(page: Page, live_server) -> None:
    """Open the phone page and wait until it is whole, and until the worker keeps it."""
    page.goto(f"{live_server.url}/m/")
    ready(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def ready(page: Page) -> None:
    expect(page.locator("html[data-ready=yes]")).to_be_attached()


def shots(page: Page, count: int) -> None:
    """Take photos with the camera that is open, and wait until it has closed."""
    expect(page.locator("#camera[open][data-live]")).to_be_visible()
    for _ in range(count):
        page.locator(".shutter").tap()
        page.wait_for_timeout(200)
    expect(page.locator("#camera[open]")).to_have_count(0)


def view(page: Page, name: str) -> Locator:
    return page.locator(f'[data-view="{name}"]')


def written(page: Page) -> Page:
    """Report by camera and class; return the page before it is sent."""
    page.locator(".report-button").tap()
    shots(page, 2)
    expect(view(page, "report").locator(".where")).to_have_text("±8 米")
    view(page, "report").locator(".chip").first.tap()
    return page


def send(page: Page) -> None:
    view(page, "report").locator(".send").tap()
    expect(view(page, "home")).to_be_visible()


def drafts(page: Page) -> list[str]:
    return page.evaluate(
        """async () => {
            const store = await import("/static/incidents/phone/store.js"), { day } = await import("/static/incidents/phone/day.js");
            return (await store.drafts(day.me.id)).map((record) => record.state);
        }"""
    )


def visitor(world: World, row: Incident, kind: str) -> tuple[Matter, str]:
    part = Matter.objects.get(parent_id=row.pk, kind=kind)
    return part, next(key for (county, key) in world.accounts if county == COUNTY and part.holder_id in world.actor(key).holders)

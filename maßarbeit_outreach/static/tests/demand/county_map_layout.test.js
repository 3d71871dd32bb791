import { describe, expect, test } from "@odoo/hoot";
import {
    jointShare,
    layoutMap,
    radius,
    shareStep,
    shortName,
    supplyRatio,
    supplyStep,
} from "@maßarbeit_outreach/demand/county_map/county_map_layout";

describe.current.tags("headless");

const PLACES = [
    { name: "Musterstadt", latitude: 52.4, longitude: 8.0, visits: 40, joint: 10, demands: 3, due: 5 },
    { name: "Probehausen", latitude: 52.2, longitude: 8.2, visits: 10, joint: 0, demands: 0, due: 0 },
    { name: "Neustadt am Musterwald", latitude: 52.3, longitude: 7.9, visits: 0, joint: 0, demands: 1, due: 2 },
    { name: "Without a Place", latitude: 0, longitude: 0, visits: 5, joint: 5, demands: 9, due: 9 },
];

function overlap(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

test("a share is never rounded to none or all", () => {
    expect(jointShare({ visits: 0, joint: 0 })).toBe(null);
    expect(jointShare({ visits: 1000, joint: 1 })).toBe(1);
    expect(jointShare({ visits: 1000, joint: 999 })).toBe(99);
    expect(jointShare({ visits: 3, joint: 0 })).toBe(0);
    expect(jointShare({ visits: 3, joint: 3 })).toBe(100);
    expect(shareStep(null).from).toBe(0);
    expect(shareStep(24).from).toBe(1);
    expect(shareStep(25).from).toBe(25);
});

test("supply is unknown where either number is", () => {
    expect(supplyRatio({ positions: 0, candidates: 10 })).toBe(null);
    expect(supplyRatio({ positions: 4, candidates: null })).toBe(null);
    expect(supplyRatio({ positions: 4, candidates: 0 })).toBe(0);
    expect(supplyStep(null)).toBe(null);
    expect(supplyStep(0).from).toBe(0);
    expect(supplyStep(1.99).from).toBe(1);
    expect(supplyStep(7).from).toBe(5);
});

test("the area of a circle tells its number", () => {
    const [quarter, whole] = [radius(25, 100, 600), radius(100, 100, 600)];
    expect(whole / quarter).toBe(2);
    expect(radius(1, 10000, 600)).toBe(6);
    expect(radius(0, 100, 600)).toBe(4);
});

test("long names are abbreviated as on maps", () => {
    expect(shortName("Neustadt am Musterwald")).toBe("Neustadt a.M.");
    expect(shortName("Musterstadt")).toBe("Musterstadt");
});

for (const width of [340, 900]) {
    for (const measure of ["visits", "share", "demands", "due", "supply"]) {
        test(`${measure} at ${width} px: everything is inside and nothing covered`, () => {
            const { height, circles } = layoutMap(PLACES, measure, width);
            expect(circles.map(({ place }) => place.name).sort()).toEqual(
                PLACES.slice(0, 3).map(({ name }) => name).sort(),
                { message: "without coordinates there is no circle" }
            );
            expect(circles.map(({ r }) => r)).toEqual(circles.map(({ r }) => r).sort((a, b) => b - a));
            const labels = circles.map(({ label }) => label).filter(Boolean);
            expect(labels.length).toBe(3);
            for (const { x, y, r } of circles) {
                expect(x - r >= 0 && x + r <= width && y - r >= 0 && y + r <= height).toBe(true);
            }
            for (const [index, { box }] of labels.entries()) {
                expect(box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height).toBe(true);
                expect(labels.slice(index + 1).some((other) => overlap(box, other.box))).toBe(false);
            }
        });
    }
}

test("north is up and east is right", () => {
    const { circles } = layoutMap(PLACES, "visits", 600);
    const at = Object.fromEntries(circles.map((circle) => [circle.place.name, circle]));
    expect(at["Musterstadt"].y).toBeLessThan(at["Probehausen"].y);
    expect(at["Musterstadt"].x).toBeLessThan(at["Probehausen"].x);
});

test("one place stands in the middle; none needs no room", () => {
    const { circles } = layoutMap(PLACES.slice(0, 1), "visits", 600);
    expect(circles[0].x).toBe(300);
    expect(layoutMap(PLACES.slice(3), "visits", 600)).toEqual({ height: 0, circles: [] });
    expect(layoutMap([], "visits", 600)).toEqual({ height: 0, circles: [] });
});

test("a county that is much higher than wide stays on a page", () => {
    const places = [0, 1, 2].map((step) => ({ ...PLACES[0], name: `Place ${step}`, latitude: 50 + step, longitude: 8 }));
    expect(layoutMap(places, "visits", 600).height).toBeLessThan(600 * 1.6 + 1);
});

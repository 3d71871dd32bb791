/**
 * Where circles and labels of the county map go, in pixels. No DOM, no framework: numbers in, numbers out.
 */

const FONT = 12;
const BADGE = 9;
// Of the width: a county higher than that would not fit a window.
const MAX_HEIGHT = 1.6;

/** How far right and up of its circle a badge sits: off the number in it. */
function badgeOffset(r) {
    return Math.max(r * 0.75, 12);
}

/** Share of joint visits in steps; dark enough against each other without their colour. */
export const SHARE_STEPS = [
    { from: 0, fill: "#ffffff", text: "#1b1b1b" },
    { from: 1, fill: "#d3e4f3", text: "#1b1b1b" },
    { from: 25, fill: "#86bcdf", text: "#1b1b1b" },
    { from: 50, fill: "#2171b5", text: "#ffffff" },
    { from: 75, fill: "#083d7a", text: "#ffffff" },
];

// Candidates per open position, from "far too few" to "more than enough"; again dark enough apart for print.
export const SUPPLY_STEPS = [
    { from: 0, fill: "#8c2d04", text: "#ffffff" },
    { from: 1, fill: "#f7b267", text: "#1b1b1b" },
    { from: 2, fill: "#7fbf7b", text: "#1b1b1b" },
    { from: 5, fill: "#1b5e3a", text: "#ffffff" },
];

/** Candidates per open position, or null where either is not known; `place.candidates` is null if not shown. */
export function supplyRatio({ positions, candidates }) {
    return positions && Number.isInteger(candidates) ? candidates / positions : null;
}

export function supplyStep(ratio) {
    return ratio === null ? null : SUPPLY_STEPS.findLast((step) => ratio >= step.from);
}

/** Percent of the visits that were joint, or null without visits. Neither 0 nor 100 by rounding alone. */
export function jointShare({ visits, joint }) {
    if (!visits) {
        return null;
    }
    if (joint === 0 || joint === visits) {
        return joint ? 100 : 0;
    }
    return Math.min(Math.max(Math.round((100 * joint) / visits), 1), 99);
}

export function shareStep(share) {
    return SHARE_STEPS.findLast((step) => (share || 0) >= step.from);
}

/** The number that sizes a circle: the share has the visits that it is a share of. */
export function sizeOf(place, measure) {
    return place[{ share: "visits", supply: "positions" }[measure] || measure];
}

export function largestRadius(width) {
    return Math.min(Math.max(width * 0.05, 15), 36);
}

export function radius(value, most, width) {
    // the area tells the number; below 6 px nothing could be seen or touched
    return value ? Math.max(largestRadius(width) * Math.sqrt(value / most), 6) : 4;
}

function overlap(a, b) {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return wide > 0 && high > 0 ? wide * high : 0;
}

function around(x, y, r) {
    return { left: x - r, right: x + r, top: y - r, bottom: y + r };
}

/**
 * The places' centroids on a plane of that width: equirectangular, true to shape at the county's latitude. A county
 * that is much higher than wide is drawn smaller, in the middle; so is a single place.
 */
function project(places, width) {
    const latitudes = places.map((place) => place.latitude);
    const longitudes = places.map((place) => place.longitude);
    const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
    const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
    const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
    const margin = largestRadius(width) + 18;
    const room = width - 2 * margin;
    const [wide, high] = [(east - west) * shrink, north - south];
    const scale = Math.min(room / (wide || 1), (MAX_HEIGHT * width - 2 * margin) / (high || 1));
    const left = margin + (room - wide * scale) / 2;
    return {
        height: high * scale + 2 * margin,
        point: (place) => ({
            x: left + (place.longitude - west) * shrink * scale,
            y: margin + (north - place.latitude) * scale,
        }),
    };
}

/** Where a place is known to be. */
export function isOnMap({ latitude, longitude }) {
    return Boolean(latitude && longitude);
}

/** A long name as it is abbreviated on maps: "Hagen a.T.W.", "Neustadt a.d.W." */
export function shortName(name) {
    const match = name.length > 16 && name.match(/^(\S.*?) ((?:am|an|auf|bei|im|in|ob|unter|vor) .+)$/);
    return match ? `${match[1]} ${match[2].replace(/(\p{L})[^\s-]*[\s-]*/gu, "$1.")}` : name;
}

/**
 * Lay out the map.
 *
 * @param {Object[]} places with name, latitude, longitude and numbers
 * @param {string} measure one of visits, share, demands, due
 * @param {number} width in pixels
 * @returns {{height: number, circles: Object[]}} circles from the largest to the smallest, so that none is hidden; a
 *  label that finds no room is left out (`label` is null), largest circles first served
 */
export function layoutMap(places, measure, width) {
    const drawn = places.filter(isOnMap);
    if (!drawn.length || width < 100) {
        return { height: 0, circles: [] };
    }
    const plane = project(drawn, width);
    const most = Math.max(...drawn.map((place) => sizeOf(place, measure)));
    const circles = drawn
        .map((place) => {
            const value = sizeOf(place, measure);
            const r = radius(value, most, width);
            const { x, y } = plane.point(place);
            const offset = badgeOffset(r);
            const badge = !["demands", "supply"].includes(measure) && place.demands > 0 && { x: x + offset, y: y - offset };
            return { place, value, r, x, y, badge };
        })
        .sort((a, b) => b.r - a.r || a.place.name.localeCompare(b.place.name));
    const taken = circles.flatMap(({ x, y, r, badge }) => [
        around(x, y, r),
        ...(badge ? [around(badge.x, badge.y, BADGE)] : []),
    ]);
    for (const circle of circles) {
        circle.label = placeLabel(circle, taken, width, plane.height);
        if (circle.label) {
            taken.push(circle.label.box);
        }
    }
    return { height: plane.height, circles };
}

/** The best of the spots beside a circle, or null when every one would cover something. */
function placeLabel({ place, x, y, r, badge }, taken, width, height) {
    const text = shortName(place.name);
    const wide = text.length * FONT * 0.6;
    const gap = r + 3;
    const aside = badge ? BADGE * 0.6 : 0;
    const spots = [
        { anchor: "middle", x, y: y + gap + FONT * 0.8 },
        { anchor: "middle", x, y: y - gap - aside },
        { anchor: "start", x: x + gap, y: y + FONT * 0.35 },
        { anchor: "end", x: x - gap, y: y + FONT * 0.35 },
        { anchor: "start", x: x + gap * 0.7, y: y + gap * 0.7 + FONT * 0.7 },
        { anchor: "end", x: x - gap * 0.7, y: y + gap * 0.7 + FONT * 0.7 },
        { anchor: "end", x: x - gap * 0.7, y: y - gap * 0.7 },
    ];
    for (const spot of spots) {
        const left = { start: spot.x, middle: spot.x - wide / 2, end: spot.x - wide }[spot.anchor];
        const box = { left, right: left + wide, top: spot.y - FONT * 0.8, bottom: spot.y + FONT * 0.2 };
        const inside = box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height;
        const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
        if (inside && covered <= wide * FONT * 0.03) {
            return { text, box, ...spot };
        }
    }
    return null;
}

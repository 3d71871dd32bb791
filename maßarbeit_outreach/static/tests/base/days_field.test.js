import { expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

class Appointment extends models.Model {
    _name = "appointment";
    day = fields.Date();
    moment = fields.Datetime();
    stage = fields.Selection({ selection: [["planned", "Planned"], ["done", "Done"], ["else", "Else"]] });
    _records = [
        { id: 1, day: "2026-12-02", moment: "2026-12-02 08:00:00", stage: "planned" },
        { id: 2, day: "2026-11-30", moment: false, stage: "done" },
        { id: 3, day: "2026-12-01", moment: "2026-11-29 13:30:00", stage: "else" },
        { id: 4, day: "2026-11-20", moment: false, stage: false },
        { id: 5, day: "2027-06-01", moment: false, stage: false },
        { id: 6, day: false, moment: false, stage: false },
    ];
}

defineMailModels();
defineModels([Appointment]);

async function openList() {
    mockDate("2026-11-30 09:00:00", +1);
    await mountView({
        type: "list",
        resModel: "appointment",
        arch: `<list><field name="day" widget="outreach_days"/><field name="moment" widget="outreach_days"/><field name="stage" widget="outreach_stage"/></list>`,
    });
}

test("days, never the next month", async () => {
    await openList();
    const texts = [...document.querySelectorAll(".o_data_cell[name=day]")].map((cell) => cell.textContent.trim());
    expect(texts.slice(0, 4)).toEqual(["In 2 days", "Today", "Tomorrow", "10 days ago"]);
    expect(texts[4]).toMatch(/Jun/);
    expect(texts[5]).toBe("");
});

test("an appointment with its hour", async () => {
    await openList();
    const texts = [...document.querySelectorAll(".o_data_cell[name=moment]")].map((cell) => cell.textContent.trim());
    expect(texts[0]).toMatch(/^In 2 days, 9:00/);
    expect(texts[2]).toMatch(/^Yesterday, 2:30/);
});

test("one colour for a stage", async () => {
    await openList();
    const badges = [...document.querySelectorAll(".o_data_cell[name=stage] .badge")].map((badge) => badge.className);
    expect(badges[0]).toMatch(/o_badge_color_4/);
    expect(badges[1]).toMatch(/o_badge_color_10/);
    expect(badges[2]).not.toMatch(/o_badge_color/);
});

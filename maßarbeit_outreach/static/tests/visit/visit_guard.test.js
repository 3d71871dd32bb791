import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, mockService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class Topic extends models.Model {
    _name = "topic";
    name = fields.Char();
    _records = [{ id: 7, name: "Topic" }];
}

class Visit extends models.Model {
    _name = "outreach.visit";
    name = fields.Char();
    partner_id = fields.Many2one({ relation: "topic" });
    topic_ids = fields.Many2many({ relation: "topic" });
    guard_state = fields.Selection({ selection: [["inform", "Inform"], ["decide", "Decide"], ["stop", "Stop"]] });
    guard_reasons = fields.Json();
    _records = [{ id: 1, name: "Draft", partner_id: 7, topic_ids: [7] }];
}

defineMailModels();
defineModels([Topic, Visit]);

const COMING = { key: "a", text: "Another agency is there on Monday.", severity: "decide", visit_id: 4, agency_ids: [3] };
const NEARBY = { key: "b", text: "A call last week.", severity: "inform", visit_id: 0, agency_ids: [] };
const ALERT = ".o_outreach_visit_guard";

async function openVisit(state, reasons, edit = "1") {
    Object.assign(Visit._records[0], { guard_state: state, guard_reasons: reasons });
    await mountView({
        type: "form",
        resModel: "outreach.visit",
        resId: 1,
        arch: `<form edit="${edit}"><widget name="outreach_visit_guard"/><field name="name"/></form>`,
    });
}

test("nothing is said where nothing is known", async () => {
    await openVisit("inform", []);
    expect(ALERT).toHaveCount(0);
});

test("only what asks for a decision has buttons", async () => {
    await openVisit("decide", [COMING, NEARBY]);
    expect(ALERT).toHaveClass("alert-warning");
    expect(`${ALERT} li`).toHaveCount(2);
    expect(`${ALERT} li:first-child button`).toHaveCount(2);
    expect(`${ALERT} li:last-child button`).toHaveCount(0);
});

test("nobody decides in a form that cannot be written", async () => {
    await openVisit("decide", [COMING], "0");
    expect(`${ALERT} li`).toHaveCount(1);
    expect(`${ALERT} button`).toHaveCount(0);
});

test("what cannot be planned is an error", async () => {
    await openVisit("stop", [{ ...NEARBY, severity: "stop" }]);
    expect(ALERT).toHaveClass("alert-danger");
});

test("to join takes the topics along, and opens the other visit in place of the draft", async () => {
    mockService("action", {
        doAction: (action, options) => {
            expect.step([action.res_id, options.stackPosition]);
        },
    });
    onRpc("outreach.visit", "action_join", ({ args, kwargs }) => {
        expect.step([args[0], kwargs.topic_ids, kwargs.instead_of_id]);
        return { type: "ir.actions.act_window", res_model: "outreach.visit", res_id: 4 };
    });
    await openVisit("decide", [COMING]);
    await click("button[name=guard_join]");
    await animationFrame();
    expect.verifySteps([[[4], [7], 1], [4, "replaceCurrentAction"]]);
});

import { expect, test } from "@odoo/hoot";
import { click, queryText } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class Import extends models.Model {
    _name = "outreach.company.import";
    state = fields.Selection({ selection: [["preview", "Preview"], ["importing", "Importing"], ["done", "Done"]] });
    todo_count = fields.Integer();
    new_count = fields.Integer();
    changed_count = fields.Integer();
    _records = [{ id: 1, state: "preview", todo_count: 10, new_count: 8, changed_count: 2 }];
}

defineMailModels();
defineModels([Import]);

const RUN = ".o_outreach_import_run";

/** Mount the widget; each step of the server is answered by hand. */
async function openImport(state) {
    Import._records[0].state = state;
    const steps = [];
    onRpc("outreach.company.import", "action_import", () => {
        expect.step("import");
        return true;
    });
    onRpc("outreach.company.import", "action_import_step", () => {
        steps.push(new Deferred());
        return steps.at(-1);
    });
    await mountView({
        type: "form",
        resModel: "outreach.company.import",
        resId: 1,
        arch: `<form><widget name="outreach_company_import_run"/></form>`,
    });
    return {
        steps,
        answer: async (answer) => {
            steps.at(-1).resolve(answer);
            await animationFrame();
        },
    };
}

test("nothing is written before the question is answered", async () => {
    await openImport("preview");
    await click(`${RUN} button`);
    await animationFrame();
    expect(".modal").toHaveCount(1);
    expect(queryText(".modal")).toInclude("8");
    expect.verifySteps([]);
    await contains(".modal .btn-secondary").click();
    expect.verifySteps([]);
    expect(`${RUN} button`).toHaveText("Import 10 rows");
});

test("the bar tells how far it is; who has to wait is told so, and asks again a moment later", async () => {
    const run = await openImport("importing");
    expect(`${RUN} button`).toHaveText("Continue: 10 rows left");
    await click(`${RUN} button`);
    await animationFrame();
    expect.verifySteps(["import"]);
    expect(".modal").toHaveCount(0);
    await run.answer({ done: 4, remaining: 6, busy: false });
    expect(run.steps.length).toBe(2);
    expect(".progress-bar").toHaveStyle("width: 40%", { inline: true });
    await run.answer({ done: 0, remaining: 6, busy: true });
    expect(run.steps.length).toBe(2, { message: "another import has its turn" });
    await advanceTime(1000);
    await animationFrame();
    expect(run.steps.length).toBe(3);
    await run.answer({ done: 6, remaining: 0, busy: false });
    expect(run.steps.length).toBe(3, { message: "done" });
    expect(".progress-bar").toHaveCount(0);
});

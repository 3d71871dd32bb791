/** Forms tell what they knew of the fields that they save, and who comes second chooses what is to stay. */
import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { Record } from "@web/model/relational_model/record";
import { session } from "@web/session";
import { FormController } from "@web/views/form/form_controller";

// what the server compares, see outreach_conflict_mixin.py
const COMPARED = ["boolean", "date", "datetime", "float", "html", "integer", "many2one", "monetary", "selection", "char", "text"];

/** What the changed fields of a record, of its lines and of its questionnaire said when they came from the server. */
function knownOf(record, changes, seen = {}) {
    const known = {};
    for (const [name, value] of Object.entries(changes)) {
        const field = record.fields[name];
        if (!field || !(name in record._values)) {
            continue;
        }
        if (field.type === "one2many") {
            for (const [command, id, vals] of value) {
                const line = command === 1 && record._values[name]._cache[id];
                if (line) {
                    known[name] = { ...known[name], [id]: knownOf(line, vals, seen[name]?.[id]) };
                }
            }
        } else if (field.type === "properties") {
            known[name] = Object.fromEntries((record._values[name] || []).map((answer) => [answer.name, answer.value ?? false]));
            Object.assign(known[name], seen[name]);
        } else if (COMPARED.includes(field.type)) {
            known[name] = name in seen ? seen[name] : record._formatServerValue(field.type, record._values[name]);
        }
    }
    return known;
}

patch(Record.prototype, {
    _save() {
        // Up to the point where the request is on its way, saving is synchronous.
        this.tellsKnown = Boolean(this.resId) && !this._parentRecord && session.outreach_conflict_models?.includes(this.resModel);
        try {
            return super._save(...arguments);
        } finally {
            this.tellsKnown = false;
        }
    },

    _getChanges(changes = this._changes) {
        const result = super._getChanges(...arguments);
        if (this.tellsKnown && changes === this._changes && Object.keys(result).some((name) => name !== "id")) {
            result.outreach_known = {
                values: knownOf(this, result, this.outreachSeen),
                urgent: Boolean(this.model._urgentSave),
            };
        }
        return result;
    },

    _setData() {
        this.outreachSeen = {};
        return super._setData(...arguments);
    },

    /**
     * Settle one field that was changed in between.
     *
     * @param {Object} field as the server names it: `path`, `type`, and `theirs`, the value now
     * @param {"mine"|"theirs"|"both"} choice
     */
    settleConflict({ path, type, theirs }, choice) {
        const name = path.at(-1);
        let record = this;
        let seen = this.outreachSeen;
        const isAnswer = type === "property";
        const way = path.slice(0, isAnswer ? -2 : -1);
        for (let step = 0; step < way.length; step += 2) {
            record = record._values[way[step]]._cache[way[step + 1]];
            seen = (seen[way[step]] ??= {})[way[step + 1]] ??= {};
        }
        if (isAnswer) {
            const list = path.at(-2);
            (seen[list] ??= {})[name] = theirs;
            if (choice === "theirs") {
                record._changes[list] = record._changes[list].map((answer) =>
                    answer.name === name ? { ...answer, value: theirs } : answer
                );
            }
            return;
        }
        seen[name] = theirs;
        if (choice === "theirs") {
            delete record._changes[name];
        } else if (choice === "both") {
            record._changes[name] = [theirs, record._changes[name]].filter(Boolean).join("\n\n");
        }
    },
});

export class ConflictDialog extends Component {
    static template = "outreach.ConflictDialog";
    static components = { Dialog };
    static props = { conflict: Object, settle: Function, close: Function };

    setup() {
        this.fields = this.props.conflict.fields;
        // nothing is lost where both fit into the field
        this.choices = useState(this.fields.map((field) => (field.type === "text" ? "both" : "theirs")));
    }

    get introduction() {
        const { person, time } = this.props.conflict;
        return _t(
            "%(person)s changed this on %(time)s, while you had it open. Nothing of yours is lost: choose for each field what is to stay.",
            { person, time }
        );
    }

    options(field) {
        return field.type === "text" ? ["theirs", "mine", "both"] : ["theirs", "mine"];
    }

    settle() {
        this.props.settle([...this.choices]);
        this.props.close();
    }
}

patch(FormController.prototype, {
    async onSaveError(error, { retry }) {
        const conflict = error.data?.context?.outreach_conflict;
        if (!conflict) {
            return super.onSaveError(...arguments);
        }
        const record = this.model.root;
        const nodes = Object.values(this.archInfo.fieldNodes);
        for (const field of conflict.fields.filter(({ path }) => path.length === 1)) {
            field.label = nodes.find(({ name }) => name === field.path[0])?.string || field.label; // as the form has it
        }
        return new Promise((resolve, reject) => {
            let settled = false;
            const stay = () => settled || resolve(false); // closing the dialog in whatever way
            const settle = async (choices) => {
                settled = true;
                try {
                    conflict.fields.forEach((field, index) => record.settleConflict(field, choices[index]));
                    if (!Object.keys(record._getChanges()).some((name) => name !== "id")) {
                        await record._load();
                        resolve(true);
                    } else {
                        resolve(await retry());
                    }
                } catch (problem) {
                    reject(problem);
                }
            };
            this.model.dialog.add(ConflictDialog, { conflict, settle }, { onClose: stay });
        });
    },
});

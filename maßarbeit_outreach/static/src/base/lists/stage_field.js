import { registry } from "@web/core/registry";
import { BadgeField, badgeField } from "@web/views/fields/badge/badge_field";

/** One colour for each stage, wherever it is shown; numbers are those of Odoo's colours. What is over is green, what came to nothing is grey. */
export const STAGE_COLORS = {
    // visits, proposals, measures
    planned: 4,
    confirmed: 8,
    done: 10,
    cancelled: 0,
    withdrawn: 0,
    idea: 11,
    running: 3,
    // demands
    signal: 11,
    recorded: 4,
    checked: 8,
    in_placement: 3,
    partly_filled: 7,
    filled: 10,
    paused: 2,
    closed: 0,
    // promises
    open: 4,
    kept: 10,
    not_kept: 1,
    dropped: 0,
    // referrals
    pending: 3,
    accepted: 8,
    declined: 1,
    expired: 2,
    // stands
    requested: 3,
    waiting: 2,
    came: 10,
    no_show: 1,
    // candidates and their barriers, questions and permits
    available: 4,
    proposed: 3,
    placed: 10,
    left: 0,
    in_work: 3,
    lifted: 10,
    not_relevant: 0,
    answered: 10,
    granted: 10,
    refused: 1,
    // matches
    "1_now": 10,
    "2_when": 3,
    "2_zero": 0,
    "3_not": 1,
};

export class StageField extends BadgeField {
    get badgeClass() {
        const color = STAGE_COLORS[this.props.record.data[this.props.name]];
        return color === undefined ? super.badgeClass : `o_badge_color_${color}`;
    }
}

registry.category("fields").add("outreach_stage", { ...badgeField, component: StageField });

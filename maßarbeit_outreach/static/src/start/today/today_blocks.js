import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { SetupSteps } from "../setup/setup_steps";
import { blocks } from "./today";

/** A button or link beside a row, or one that stands by itself. */
export class TodayButton extends Component {
    static template = "outreach.TodayButton";
    static props = ["button", "block", "tools", "row?", "primary?", "small?"];
}

/** What all blocks have: title, number, list, and what is said where there is nothing or something failed. */
export class TodayCard extends Component {
    static template = "outreach.TodayCard";
    static components = { TodayButton };
    static props = ["block", "tools", "slots", "isEmpty?"];
}

/** Rows in groups, each row a record. */
export class TodayRows extends Component {
    static template = "outreach.TodayRows";
    static components = { TodayCard, TodayButton };
    static props = ["block", "tools", "settled"];

    setup() {
        this.ui = useService("ui");
    }

    get isEmpty() {
        return !(this.props.block.groups || []).length && !this.props.block.next;
    }
}

/** The next appointment with all that is needed at the door, and the ones after it. */
export class TodayAppointments extends TodayRows {
    static template = "outreach.TodayAppointments";
}

/** Numbers, each with the list behind it. */
export class TodayNumbers extends Component {
    static template = "outreach.TodayNumbers";
    static components = { TodayCard };
    static props = ["block", "tools", "settled"];

    get isEmpty() {
        return !(this.props.block.numbers || []).length;
    }
}

/** The check list of the first steps. */
export class TodaySetup extends Component {
    static template = "outreach.TodaySetup";
    static components = { TodayCard, SetupSteps };
    static props = ["block", "tools", "settled"];
}

blocks
    .add("setup", { Component: TodaySetup })
    .add("appointments", { Component: TodayAppointments })
    .add("fair", { Component: TodayRows })
    .add("to_do", { Component: TodayRows, side: true })
    .add("advised", { Component: TodayRows })
    .add("due", { Component: TodayRows })
    .add("others", { Component: TodayRows, side: true })
    .add("matches", { Component: TodayRows })
    .add("permissions", { Component: TodayRows, side: true })
    .add("joint_share", { Component: TodayNumbers })
    .add("overdue_promises", { Component: TodayNumbers, side: true })
    .add("exceptions", { Component: TodayRows })
    .add("due_places", { Component: TodayNumbers, side: true })
    .add("privacy", { Component: TodayNumbers })
    .add("questions", { Component: TodayNumbers, side: true });

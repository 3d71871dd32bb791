import { registry } from "@web/core/registry";
import { capitalize } from "@web/core/utils/strings";
import { formatDateTime } from "@web/views/fields/formatters";
import { RemainingDaysField, remainingDaysField } from "@web/views/fields/remaining_days/remaining_days_field";

/**
 * How far away a day is, in days: core says "next month" of the day after tomorrow when that is the first. An appointment has
 * its hour beside it. Whatever is more than 99 days away is a date, as with core.
 */
export class DaysField extends RemainingDaysField {
    get diffString() {
        const value = this.props.record.data[this.props.name];
        if (this.diffDays === null || Math.abs(this.diffDays) > 99) {
            return super.diffString;
        }
        const day = capitalize(value.toRelativeCalendar({ unit: "days" }));
        const isMoment = this.props.record.fields[this.props.name].type === "datetime";
        return isMoment ? `${day}, ${formatDateTime(value, { showDate: false })}` : day;
    }
}

registry.category("fields").add("outreach_days", { ...remainingDaysField, component: DaysField });

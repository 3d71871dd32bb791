import { registry } from "@web/core/registry";

/** Say what was recorded, with the next steps as buttons, and go on with `next`. It stays until somebody has read it. */
function recorded(env, { params }) {
    const { action, notification } = env.services;
    const close = notification.add(params.message, {
        type: "success",
        sticky: false,
        autocloseDelay: 15000,
        buttons: params.steps.map(({ label, model, id, method }, place) => ({
            name: label,
            primary: !place,
            onClick: () => {
                close();
                return action.doActionButton({ type: "object", name: method, resModel: model, resId: id, resIds: [id], context: {} });
            },
        })),
    });
    return params.next;
}

registry.category("actions").add("outreach_recorded", recorded);

"""A joint visit is no kind any more, since the team says whether a visit is joint.

Visits of that kind become the first visit of their company or a follow-up visit, and stay joint or not as their teams were. The
questions that only that kind asked move along, so that no answer is lost. A kind that a manager gave another name is kept: it
means something else there.
"""

import json
import re

from odoo import SUPERUSER_ID, api

MODULE = 'maßarbeit_outreach'
NAMES = {'Joint visit', 'Gemeinsamer Besuch'}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False})
    first = env.ref(f'{MODULE}.visit_kind_first', raise_if_not_found=False)
    if first:
        first.is_first = True
    joint = env.ref(f'{MODULE}.visit_kind_joint', raise_if_not_found=False)
    if joint:
        _retire(env, joint)
    env['ir.model.data'].search([('module', '=', MODULE), ('name', '=', 'visit_kind_joint')]).unlink()


def _retire(env, joint):
    cr = env.cr
    names = set(_rows(cr, "SELECT name FROM outreach_visit_kind WHERE id = %s", joint.id)[0][0].values())
    on_site = env['outreach.visit.kind'].search([('is_visit', '=', True), ('is_mass', '=', False), ('active', '=', True)]) - joint
    first, follow_up = on_site.filtered('is_first')[:1] or on_site[:1], on_site.filtered(lambda kind: not kind.is_first)[:1] or on_site[:1]
    if not names <= NAMES or not on_site:
        return
    env.flush_all()
    cr.execute(
        """
        SELECT v.id, NOT EXISTS (SELECT FROM outreach_visit o
                                   JOIN outreach_visit_kind k ON k.id = o.kind_id
                                  WHERE o.partner_id = v.partner_id AND o.company_id = v.company_id AND k.is_visit
                                    AND o.stage != 'cancelled' AND o.result IS DISTINCT FROM 'nobody_met'
                                    AND (o.start, o.id) < (v.start, v.id))
          FROM outreach_visit v
         WHERE v.kind_id = %s
        """,
        [joint.id],
    )
    visits = cr.fetchall()
    for kind, ids in ((first, [row[0] for row in visits if row[1]]), (follow_up, [row[0] for row in visits if not row[1]])):
        if ids:
            _ask_as_well(cr, kind.id, joint.id)
            _rename_appointments(cr, ids, kind.id, joint.id)
            cr.execute("UPDATE outreach_visit SET kind_id = %s WHERE id = ANY(%s)", [kind.id, ids])
    _follow_favourites(cr, joint.id)
    env.invalidate_all()
    joint.unlink()


def _rows(cr, query, *values):
    cr.execute(query, values)
    return cr.fetchall()


def _ask_as_well(cr, kind_id, joint_id):
    """Add the questions that this kind does not have."""
    questions = dict(_rows(cr, "SELECT id, report_definition FROM outreach_visit_kind WHERE id IN (%s, %s)", kind_id, joint_id))
    own = questions[kind_id] or []
    missing = [question for question in questions[joint_id] or [] if question['name'] not in {other['name'] for other in own}]
    if missing:
        cr.execute("UPDATE outreach_visit_kind SET report_definition = %s WHERE id = %s", [json.dumps(own + missing), kind_id])


def _rename_appointments(cr, visit_ids, kind_id, joint_id):
    """An appointment begins with the kind of its visit, in the language of whoever planned it."""
    names = dict(_rows(cr, "SELECT id, name FROM outreach_visit_kind WHERE id IN (%s, %s)", kind_id, joint_id))
    for lang, name in names[joint_id].items():
        cr.execute(
            """
            UPDATE calendar_event e SET name = %s || substr(e.name, %s)
              FROM outreach_visit v
             WHERE v.event_id = e.id AND v.id = ANY(%s) AND starts_with(e.name, %s)
            """,
            [names[kind_id].get(lang) or names[kind_id]['en_US'], len(name) + 1, visit_ids, f'{name}: '],
        )


def _follow_favourites(cr, joint_id):
    """Favourites that asked for the kind ask for joint visits."""
    asked = re.compile(rf"""(["'])kind_id\1\s*,\s*(["'])(?:=|in)\2\s*,\s*(?:\[\s*{joint_id}\s*\]|{joint_id})\s*(?=[\])])""")
    for filter_id, domain in _rows(cr, "SELECT id, domain FROM ir_filters WHERE model_id = 'outreach.visit' AND domain LIKE '%%kind_id%%'"):
        if (changed := asked.sub('"is_joint", "=", True', domain)) != domain:
            cr.execute("UPDATE ir_filters SET domain = %s WHERE id = %s", [changed, filter_id])

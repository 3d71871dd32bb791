"""Lists about persons are exported by whom core's right to export was given to by itself, not with the role of the manager.

SPECIFICATION
 * Whoever is a manager and in the job centre reads both, and exports the rest only.
 * A row is about a person when its model is, or when it refers to a record of such a model: an activity, an attachment,
   a message, a follower.
 * The same where the list of another model takes along fields of such a row, or its names in one cell; and where its rows
   are grouped by persons, whose names are the headings.

What holds for all models stands in `base.py`.
"""

from odoo import models


def is_about_persons(env, name):
    return name in env and issubclass(env.registry[name], env.registry['outreach.person.export.mixin'])


class OutreachPersonExportMixin(models.AbstractModel):
    _name = 'outreach.person.export.mixin'
    _description = "List about persons"

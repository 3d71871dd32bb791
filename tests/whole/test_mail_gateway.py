"""The program by which a mail server hands mail to Odoo still works, with an account that can do nothing else."""

import subprocess

import pytest

MAIL = """From: Otto Muster <otto@musterbau.example>
To: {to}
Subject: Please call me back
Message-Id: <{name}@musterbau.example>

We need two welders.
"""
ACCOUNTS = """
domain = env['mail.alias.domain'].search([], limit=1) or env['mail.alias.domain'].create({'name': 'outreach.example'})
env.company.alias_domain_id = domain
alias = env['mail.alias'].create({
    'alias_name': 'companies', 'alias_model_id': env['ir.model']._get_id('crm.lead'), 'alias_domain_id': domain.id,
    'alias_contact': 'everyone'})
user = env['res.users'].create({
    'name': "Mail Server", 'login': 'gateway', 'password': 'gateway',
    'group_ids': [(6, 0, env.ref('maßarbeit_outreach.group_mail_gateway').ids)]})
helper = env['res.users'].search([('login', '=', 'helfer')])
env.cr.commit()
print(user.id, helper.id, alias.alias_full_name)
"""


@pytest.fixture(scope='module')
def accounts(server):
    """(id of the gateway's account, id of a fair helper, address that becomes a lead)"""
    # core's program uses what core calls outdated, and core logs what it tells a user
    server.expected += ['/xmlrpc', 'Incoming mail is handed in']
    gateway, helper, address = server.shell(ACCOUNTS).split()
    return int(gateway), int(helper), address


def hand_in(server, user, password, mail):
    """Call core's program as a mail server does; return its exit status."""
    script = next(
        folder / 'mail/static/scripts/odoo-mailgate.py' for folder in server.odoo.source.addons if (folder / 'mail/static/scripts').is_dir()
    )
    host, port = server.url.removeprefix('http://').split(':')
    return subprocess.run(
        [server.odoo.python, script, '-d', server.database, '-u', str(user), '-p', password, '--host', host, '--port', port],
        input=mail,
        text=True,
        capture_output=True,
        check=False,
    ).returncode


def leads(server):
    return int(server.odoo.postgres.sql("SELECT count(*) FROM crm_lead WHERE name = 'Please call me back'", server.database)[0][0])


def test_mail_becomes_a_lead(server, accounts):
    gateway, __, address = accounts
    assert hand_in(server, gateway, 'gateway', MAIL.format(to=address, name='first')) == 0
    assert leads(server) == 1


def test_nobody_else_hands_in(server, accounts):
    __, helper, address = accounts
    assert hand_in(server, helper, 'helfer', MAIL.format(to=address, name='second')) != 0
    assert leads(server) == 1

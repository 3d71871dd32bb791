"""System health for an administrator, and handing over for a manager, in a browser."""

from playwright.sync_api import expect


def test_system_health(server, new_page):
    for phone in (False, True):
        page = new_page(phone=phone)
        page.log_in('admin')
        page.follow('/odoo/outreach-health')
        rows = page.locator('.o_kanban_record:not(.o_kanban_ghost)' if phone else '.o_data_row')
        rows.first.wait_for()
        assert rows.count() == 12  # the scheduled actions, the database and the printer
        page.screenshot_to(f'system-health-{"phone" if phone else "desktop"}')
        if not phone:
            server.odoo.postgres.sql('DROP INDEX res_partner__outreach_search_key_index', server.database)
            page.reload()
            row = page.locator('.o_data_row', has_text='res_partner__outreach_search_key_index')
            row.wait_for()
            page.screenshot_to('system-health-index')
            row.locator('button[name=action_put_right]').click()
            page.locator('.modal-footer .btn-primary').click()
            row.wait_for(state='detached')
            rows.nth(2).locator('button[name=action_run]').click()
            page.settle()
        assert not page.errors


def test_token(server, desktop_page):
    desktop_page.log_in('admin')
    desktop_page.follow('/odoo/outreach-settings')
    desktop_page.click('button[name=action_draw_health_token] >> visible=true')
    token = desktop_page.locator('.modal .o_field_widget[name=token]').inner_text().split()[0]
    desktop_page.screenshot_to('system-health-token')
    answer = desktop_page.context.request.get(f'{server.url}/outreach/health', headers={'Authorization': f'Bearer {token}'})
    assert answer.status in (200, 503)
    assert {check['code'] for check in answer.json()['checks']} > {'database', 'ir_cron_health'}
    assert desktop_page.context.request.get(f'{server.url}/outreach/health').status == 404
    assert not desktop_page.errors


def test_hand_over(server, desktop_page):
    desktop_page.log_in('leitung')
    desktop_page.follow('/odoo/outreach-holdings')
    row = desktop_page.locator('.o_data_row').first
    row.wait_for()
    desktop_page.screenshot_to('holdings')
    name = row.locator('td[name=user_id]').inner_text().strip()
    row.locator('button[name=action_hand_over]').click()
    dialog = desktop_page.locator('.modal')
    dialog.locator('.o_data_row').first.wait_for()
    assert name in dialog.inner_text()
    dialog.locator('.o_field_widget[name=to_user_id] input').fill('Jutta')
    options = desktop_page.locator('.o-autocomplete--dropdown-item')
    expect(options.filter(has_text='Jens')).to_have_count(0)  # what is there before the server has answered is drawn anew
    options.filter(has_text='Jutta').click()
    expect(options).to_have_count(0)
    desktop_page.settle()
    desktop_page.screenshot_to('hand-over')
    dialog.locator('button[name=action_hand_over]').click()
    desktop_page.locator('.modal-footer .btn-primary').last.click()
    dialog.locator('.alert-info').wait_for()
    desktop_page.screenshot_to('hand-over-done')
    assert not desktop_page.errors

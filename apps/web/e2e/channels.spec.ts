import { accessible } from './fixtures/axe';
import { ChannelSimulator } from './fixtures/channels';
import { TestServer } from './fixtures/server';
import { expect, OWNER, picture, signIn, test as base } from './fixtures/test';

const test = base.extend<object, { chat: ChannelSimulator; server: TestServer }>({
  chat: [
    // oxlint-disable-next-line eslint/no-empty-pattern -- the shape Playwright asks for
    async ({}, use) => {
      const chat = new ChannelSimulator();
      await chat.start();
      await use(chat);
      await chat.stop();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ chat }, use) => {
      const server = new TestServer(chat.settings);
      await server.start();
      await use(server);
      await server.remove();
    },
    { scope: 'worker' },
  ],
});

// An address that is no webhook is answered with 422.
test.use({ expectedErrors: [/status of (403|422)/] });
test.setTimeout(120_000);

test('a channel is set up, tried, told of an escalation, and shows what could not be told', async ({
  signedIn: engineer,
  otherBrowser: owner,
  api,
  chat,
}) => {
  const escalate = async (problem: string) => {
    const { id } = await api.post<{ id: string }>('/ai-sessions', { intake_content: { text: problem } });
    await api.post(`/ai-sessions/${id}/handoff`, {
      intent: 'escalate',
      reason: 'No rights. password: Hunter2!x',
    });
  };
  const dialog = owner.getByRole('dialog');
  const messages = owner.getByRole('list', { name: 'Messages' });

  await test.step('nothing is there, and what is no webhook is told apart', async () => {
    await signIn(owner, OWNER);
    await owner.goto('/account/integrations?tab=channels');
    await expect(owner.getByText('No channel is told anything yet')).toBeVisible();
    await accessible(owner, 'channels-none');
    await owner.getByRole('button', { name: 'Add a channel' }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog.getByLabel('Name')).toBeFocused();
    await dialog.getByLabel('Name').fill('Dispatch');
    await dialog.getByLabel('Webhook address', { exact: true }).fill('https://evil.example/hook');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog).toContainText('Slack has no webhooks at this host.');
    await accessible(owner, 'channels-dialog');
    await picture(owner, 'channels-refused');
  });

  await test.step('set up and tried', async () => {
    await dialog.getByLabel('Webhook address', { exact: true }).fill(chat.webhooks.slack);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog).toBeHidden();
    await owner.getByRole('button', { name: 'Send a test' }).click();
    await expect(owner.getByText('Slack took the message.')).toBeVisible();
    expect((await chat.told())[0]).toContain('tries this channel');
  });

  await test.step('an escalation is in the channel, without the secret in its words', async () => {
    await escalate('The printer at the front desk is offline');
    await owner.reload();
    await expect(messages.getByRole('listitem').filter({ hasText: 'Sent' })).toHaveCount(1);
    const told = (await chat.told())[1] ?? '';
    expect(told).toContain('The printer at the front desk is offline');
    expect(told).not.toContain('Hunter2');
  });

  await test.step('one whose answer is lost waits for somebody, and is sent again', async () => {
    await chat.fail({ kind: 'drop_before_commit' });
    await escalate('Outlook asks for its password');
    await owner.reload();
    await expect(messages).toContainText('Look first');
    await expect(messages).toContainText('The connection to Slack broke off.');
    await accessible(owner, 'channels');
    await picture(owner, 'channels-look-first');
    await chat.clear();
    await messages.getByRole('button', { name: 'Send again' }).click();
    await expect(messages.getByRole('listitem').filter({ hasText: 'The channel has it.' })).toHaveCount(2);
    expect(await chat.told()).toHaveLength(3);
  });

  await test.step('an engineer has no business here', async () => {
    await engineer.goto('/account/integrations?tab=channels');
    await expect(engineer.getByText('You cannot open this')).toBeVisible();
  });
});

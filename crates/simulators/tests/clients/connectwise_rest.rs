//! connectwise-rest of npm, which speaks TLS alone.

use serde_json::json;

use super::{Secure, asked, found_its_way, node};

const PACKAGE: &str = "connectwise-rest@1.3.0";

const SCRIPT: &str = r#"
const { ManageAPI } = require('connectwise-rest');
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const way = (change) => new ManageAPI({
  companyId: asked.company, publicKey: asked.public, privateKey: asked.private, clientId: asked.client,
  companyUrl: asked.url, entryPoint: 'v2025_1', ...change,
});
const refused = (promise) => promise.then(() => 'taken', ({ status, data, message }) => [status, data, message]);
(async () => {
  const cw = way();
  const service = cw.ServiceAPI;
  const told = {};
  told.count = (await service.getServiceTicketsCount({})).count;
  const all = await cw.paginate(service.getServiceTickets, { pageSize: 50 }, { orderBy: 'id desc' });
  told.all = all.map(({ id }) => id);
  const alerts = await service.getServiceTickets({ conditions: 'board/name = "Alerts" and closedFlag = false' });
  told.boards = [...new Set(alerts.map(({ board }) => board.name))];
  told.summary = (await service.getServiceTicketsById(1005)).summary;
  const status = [{ op: 'replace', path: '/status/name', value: 'In Progress' }];
  told.patched = (await service.patchServiceTicketsById(1005, status)).status.name;
  await service.postServiceTicketsByParentIdNotes(1005, { text: 'From elsewhere', internalAnalysisFlag: true });
  told.notes = (await service.getServiceTicketsByParentIdNotes(1005, {})).map(({ text }) => text);
  const entry = {
    chargeToId: 1005, chargeToType: 'ServiceTicket', timeStart: '2026-03-03T09:00:00Z',
    timeEnd: '2026-03-03T09:30:00Z', notes: 'Half an hour',
  };
  told.hours = (await cw.TimeAPI.postTimeEntries(entry)).actualHours;
  told.missing = await refused(service.getServiceTicketsById(999999));
  told.invalid = await refused(service.postServiceTickets({ summary: 'x'.repeat(101), company: { id: 101 } }));
  told.stranger = await refused(way({ privateKey: 'wrong' }).ServiceAPI.getServiceTicketsCount({}));
  console.log(JSON.stringify(told));
})().catch((error) => { console.error(error); process.exit(1); });
"#;

#[tokio::test]
async fn connectwise_rest_finds_its_way_over_tls() {
    let secure = Secure::start();
    let told = node(PACKAGE, SCRIPT, asked(&secure.tls.address().to_string()), Some(&secure.authority)).await;
    found_its_way(&told, &secure.simulator);
    assert_eq!(told["missing"][0], 404, "{told}");
    assert_eq!((&told["invalid"][0], &told["invalid"][1]["code"]), (&json!(400), &json!("InvalidObject")));
    assert_eq!(told["stranger"][0], 401, "{told}");
    secure.simulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_authority_says_nothing_to_it() {
    let secure = Secure::start();
    const SCRIPT: &str = r#"
const { ManageAPI } = require('connectwise-rest');
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const cw = new ManageAPI({
  companyId: asked.company, publicKey: asked.public, privateKey: asked.private, clientId: asked.client,
  companyUrl: asked.url, entryPoint: 'v2025_1',
});
cw.ServiceAPI.getServiceTicketsCount({}).then(
  () => console.log('"taken"'),
  ({ message }) => console.log(JSON.stringify(message)),
);
"#;
    let told = node(PACKAGE, SCRIPT, asked(&secure.tls.address().to_string()), None).await;
    assert!(told.as_str().unwrap().contains("certificate"), "{told}");
    assert_eq!(secure.simulator.journal(), []);
    secure.simulator.stop().await.unwrap();
}

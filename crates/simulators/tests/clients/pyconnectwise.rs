//! pyconnectwise of PyPI, which speaks TLS alone, finds the API's path by itself, follows `Link` and checks every answer
//! against models of its own. It is under the GPL: run beside us, never a part of us.

use rf_simulators::connectwise::{Fault, FaultRule};
use serde_json::json;

use super::{Secure, asked, found_its_way, python};

const SCRIPT: &str = r#"
import json, sys
from pyconnectwise import ConnectWiseManageAPIClient
from pyconnectwise.exceptions import ConnectWiseException
asked = json.load(sys.stdin)
def way(private=asked['private']):
    return ConnectWiseManageAPIClient(asked['company'], asked['url'], asked['client'], asked['public'], private)
def refused(call):
    try:
        call()
        return 'taken'
    except ConnectWiseException as error:
        return [type(error).__name__, error.response.status_code]
told = {}
client = way()
tickets = client.service.tickets
told['codebase'] = client.codebase
told['count'] = tickets.count.get().count
pages = tickets.paginated(1, 50, params={'orderBy': 'id desc'})
told['link'] = pages.response.headers['Link']
told['all'] = [ticket.id for ticket in pages.all()]
told['boards'] = sorted({ticket.board.name for ticket in tickets.get(params={'conditions': 'board/name = "Alerts"'})})
told['summary'] = tickets.id(1005).get().summary
status = [{'op': 'replace', 'path': 'status/name', 'value': 'In Progress'}]
told['patched'] = tickets.id(1005).patch(status).status.name
tickets.id(1005).notes.post({'text': 'From elsewhere', 'internalAnalysisFlag': True})
told['notes'] = [note.text for note in tickets.id(1005).notes.get()]
entry = {
    'chargeToId': 1005, 'chargeToType': 'ServiceTicket', 'timeStart': '2026-03-03T09:00:00Z',
    'timeEnd': '2026-03-03T09:30:00Z', 'notes': 'Half an hour',
}
told['hours'] = client.time.entries.post(entry).actual_hours
told['members'] = [member.identifier for member in client.system.members.get()]
told['companies'] = len(client.company.companies.get())
told['missing'] = refused(lambda: tickets.id(999999).get())
told['invalid'] = refused(lambda: tickets.post({'summary': 'x' * 101, 'company': {'id': 101}}))
told['stranger'] = refused(lambda: way('wrong').service.tickets.get())
print(json.dumps(told))
"#;

#[tokio::test]
async fn pyconnectwise_finds_its_way_over_tls() {
    let secure = Secure::start();
    let asked = asked(&secure.tls.address().to_string());
    let told = python("pyconnectwise==0.6.1.2", SCRIPT, asked, Some(&secure.authority)).await;
    let link = told["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("<{}/", secure.tls.url())), "{link}");
    found_its_way(&told, &secure.simulator);
    assert!(!told["members"].as_array().unwrap().is_empty(), "{told}");
    assert_eq!(told["companies"], 8);
    assert_eq!(told["missing"], json!(["NotFoundException", 404]));
    assert_eq!(told["invalid"], json!(["MalformedRequestException", 400]));
    assert_eq!(told["stranger"], json!(["AuthenticationFailedException", 401]));
    secure.simulator.stop().await.unwrap();
}

/// What goes wrong before the encryption goes wrong after it too.
#[tokio::test]
async fn a_connection_that_is_cut_is_cut_over_tls() {
    const SCRIPT: &str = r#"
import json, sys
from pyconnectwise import ConnectWiseManageAPIClient
asked = json.load(sys.stdin)
client = ConnectWiseManageAPIClient(asked['company'], asked['url'], asked['client'], asked['public'], asked['private'])
try:
    client.service.tickets.id(1005).notes.post({'text': 'Lost on its way back', 'internalAnalysisFlag': True})
    print('"taken"')
except Exception as error:
    print(json.dumps(type(error).__name__))
"#;
    let secure = Secure::start();
    secure.simulator.add_fault(FaultRule {
        method: Some("POST".into()),
        path: "/notes".into(),
        calls: vec![1],
        fault: Fault::DropAfterCommit,
    });
    let asked = asked(&secure.tls.address().to_string());
    let told = python("pyconnectwise==0.6.1.2", SCRIPT, asked, Some(&secure.authority)).await;
    assert!(["ConnectionError", "SSLError"].contains(&told.as_str().unwrap()), "{told}");
    let notes = secure.simulator.notes(1_005);
    assert_eq!(notes.iter().filter(|note| note.contains("Lost on its way back")).count(), 1);
    secure.simulator.stop().await.unwrap();
}

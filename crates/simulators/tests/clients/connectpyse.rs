//! connectpyse, over HTTP.
use rf_simulators::connectwise::Simulator;
use serde_json::json;

use super::{asked, python};

const SCRIPT: &str = r#"
import base64, json, sys
from connectpyse.company import companies_api
from connectpyse.restapi import ApiError
from connectpyse.service import ticket, ticket_note, ticket_notes_api, tickets_api
from connectpyse.time import time_entries_api, time_entry
asked = json.load(sys.stdin)
user = '{company}+{public}:{private}'.format(**asked)
way = {
    'url': asked['url'] + '/v2025_1/apis/3.0',
    'auth': {'Authorization': 'Basic ' + base64.b64encode(user.encode()).decode(), 'clientId': asked['client']},
}
told = {}
tickets = tickets_api.TicketsAPI(**way)
told['count'] = tickets.get_tickets_count()
tickets.pageSize, tickets.page, tickets.orderBy = 50, 3, 'id desc'
told['page'] = [row.id for row in tickets.get_tickets()]
tickets.page, tickets.orderBy, tickets.conditions = '', '', 'board/name = "Alerts" and closedFlag = false'
told['boards'] = sorted({row.board['name'] for row in tickets.get_tickets()})
told['summary'] = tickets.get_ticket_by_id(1005).summary
told['patched'] = tickets.update_ticket(1005, 'status/name', 'In Progress').status['name']
made = tickets.create_ticket(ticket.Ticket({'summary': 'Made elsewhere', 'company': {'identifier': 'VANTAGE'}}))
told['made'] = made.status['name']
try:
    tickets.create_ticket(ticket.Ticket({'summary': 'x' * 101, 'company': {'id': 101}}))
except ApiError as error:
    told['refused'] = str(error)
notes = ticket_notes_api.TicketNotesAPI(1005, **way)
notes.create_ticket_note(ticket_note.TicketNote({'text': 'From elsewhere', 'internalAnalysisFlag': True}))
told['notes'] = [row.text for row in notes.get_ticket_notes()]
entries = time_entries_api.TimeEntriesAPI(**way)
entry = time_entry.TimeEntry({
    'chargeToId': 1005, 'chargeToType': 'ServiceTicket', 'timeStart': '2026-03-03T09:00:00Z',
    'timeEnd': '2026-03-03T09:30:00Z', 'notes': 'Half an hour',
})
told['hours'] = entries.create_time_entry(entry).actualHours
told['companies'] = len(list(companies_api.CompaniesAPI(**way).get_companies()))
tickets.delete_ticket_by_id(made.id)
tickets.conditions = ''
told['left'] = tickets.get_tickets_count()
print(json.dumps(told))
"#;

#[tokio::test]
async fn connectpyse_finds_its_way() {
    let simulator = Simulator::start().unwrap();
    let told = python("connectpyse==0.8.1", SCRIPT, asked(&simulator.url()), None).await;
    assert_eq!(told["count"], 120);
    assert_eq!(told["page"].as_array().unwrap().len(), 20);
    assert_eq!(told["page"][0], 1_020);
    assert_eq!(told["boards"], json!(["Alerts"]));
    assert_eq!(
        Some(told["summary"].clone()),
        simulator.ticket(1_005).map(|ticket| ticket["summary"].clone())
    );
    assert_eq!((&told["patched"], &told["made"]), (&json!("In Progress"), &json!("New")));
    assert!(told["refused"].as_str().unwrap().contains("maximum length of 100"), "{told}");
    assert_eq!(told["notes"][1], "From elsewhere");
    assert_eq!((&told["hours"], &told["companies"], &told["left"]), (&json!(0.5), &json!(8), &json!(120)));
    simulator.stop().await.unwrap();
}

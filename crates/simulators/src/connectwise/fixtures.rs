//! A small MSP: 8 clients, 40 people, 60 devices and services, 120 tickets.

use serde_json::{Value, json};

use super::{
    schema::Table,
    texts::{TICKETS, dressed},
    world::World,
};

/// Name, short name, town, domain, what its devices are called.
const COMPANIES: [(&str, &str, &str, &str, &str); 8] = [
    ("Brightwater Dental Group", "BRIGHTWATER", "Leeds", "brightwaterdental.example", "BWD"),
    ("Halden & Ross Solicitors", "HALDENROSS", "York", "haldenross.example", "HRS"),
    ("Northgate Logistics Ltd", "NORTHGATE", "Hull", "northgate-logistics.example", "NGL"),
    ("Café Morgenröte GmbH", "MORGENROETE", "Köln", "morgenroete.example", "CMG"),
    ("Oakfield Primary Academy", "OAKFIELD", "Derby", "oakfield.example", "OPA"),
    ("Tern Island Surveyors", "TERNISLAND", "Whitby", "ternisland.example", "TIS"),
    ("O'Malley Building Supplies", "OMALLEY", "Cork", "omalley-supplies.example", "OMB"),
    ("Vantage Point Accounting", "VANTAGE", "Bath", "vantagepoint.example", "VPA"),
];

const FIRST_NAMES: [&str; 20] = [
    "Amelia",
    "Bilal",
    "Chloé",
    "Dermot",
    "Eszter",
    "Farah",
    "Grace",
    "Håkon",
    "Imogen",
    "Joshua",
    "Keira",
    "Liam",
    "Marta",
    "Nikhil",
    "Oluwaseun",
    "Priya",
    "Quentin",
    "Rosa",
    "Søren",
    "Tamsin",
];
const LAST_NAMES: [&str; 16] = [
    "Ashworth",
    "Barrett",
    "Cole",
    "Doyle",
    "Eriksen",
    "Fletcher",
    "Grant",
    "Hussain",
    "Ibsen",
    "Jones",
    "Kowalska",
    "Lindqvist",
    "Murphy",
    "Novak",
    "O'Brien",
    "Patel",
];
const TITLES: [&str; 5] =
    ["Office Manager", "Managing Director", "Receptionist", "Bookkeeper", "Operations Lead"];

/// Kind, part of the name, model, operating system.
const DEVICES: [(&str, &str, &str, &str); 8] = [
    ("Workstation", "WS", "OptiPlex 7010", "Windows 11 Pro 23H2"),
    ("Laptop", "LT", "ThinkPad T14 Gen 4", "Windows 11 Pro 24H2"),
    ("Server", "DC", "PowerEdge T350", "Windows Server 2022"),
    ("Firewall", "FW", "TZ270", "SonicOS 7.1"),
    ("Printer", "PR", "LaserJet M404dn", ""),
    ("Access Point", "AP", "U6-Pro", ""),
    ("Server", "FS", "PowerEdge T150", "Windows Server 2019"),
    ("Managed Backup", "BK", "Cloud backup, 2 TB", ""),
];

const MEMBERS: [(&str, &str, &str); 6] = [
    ("rfapi", "API", "ResolutionFlow"),
    ("reader", "API", "Read Only"),
    ("ssharma", "Sunita", "Sharma"),
    ("tdawson", "Tom", "Dawson"),
    ("lmeier", "Lena", "Meier"),
    ("jokafor", "James", "Okafor"),
];

/// Board, name, and its statuses: name, whether it closes.
const BOARDS: [(&str, &[(&str, bool)]); 3] = [
    (
        "Service Desk",
        &[
            ("New", false),
            ("In Progress", false),
            ("Waiting on Client", false),
            ("Escalated", false),
            ("Resolved", false),
            ("Closed", true),
        ],
    ),
    ("Alerts", &[("New", false), ("Investigating", false), ("Resolved", false), ("Closed", true)]),
    ("Projects", &[("Planned", false), ("In Progress", false), ("On Hold", false), ("Completed", true)]),
];

/// How many tickets there are.
pub(crate) const TICKET_COUNT: usize = 120;
/// The number of the first one.
pub(crate) const FIRST_TICKET: i64 = 1_001;

fn named(id: i64, name: &str) -> Value {
    json!({ "id": id, "name": name, "_info": {} })
}

pub(crate) fn load(world: &mut World) {
    boards(world);
    for (index, (identifier, first, last)) in MEMBERS.into_iter().enumerate() {
        let id = index as i64 + 51;
        world.seed(Table::Members, json!({
            "id": id, "identifier": identifier, "firstName": first, "lastName": last,
            "fullName": format!("{first} {last}"), "officeEmail": format!("{identifier}@demo-msp.example"),
            "defaultEmail": "Office", "defaultPhone": "Office", "licenseClass": if index < 2 { "A" } else { "F" },
            "inactiveFlag": identifier == "jokafor", "agreementInvoicingDisplayOptions": "RemainOnInvoicingScreen",
            "invoicingDisplayOptions": "RemainOnInvoicingScreen", "invoiceScreenDefaultTabFormat": "ShowInvoicingTab",
        }));
    }
    for (index, name) in ["Remote Support", "Onsite", "After Hours"].into_iter().enumerate() {
        let row = json!({ "id": index + 61, "name": name, "billTime": "Billable", "rate": 1.0, "rateType": "Multiplier" });
        world.seed(Table::WorkTypes, row);
    }
    for (index, name) in ["Engineer", "Senior Engineer"].into_iter().enumerate() {
        world
            .seed(Table::WorkRoles, json!({ "id": index + 71, "name": name, "hourlyRate": 90 + index * 30 }));
    }
    for (index, name) in
        ["Priority 1 - Critical", "Priority 2 - High", "Priority 3 - Medium", "Priority 4 - Low"]
            .into_iter()
            .enumerate()
    {
        world.seed(
            Table::Priorities,
            json!({ "id": index + 1, "name": name, "sortOrder": index + 1, "defaultFlag": index == 2 }),
        );
    }
    companies(world);
    devices(world);
    for index in 0..TICKET_COUNT {
        ticket(world, index);
    }
}

fn boards(world: &mut World) {
    for (index, (name, statuses)) in BOARDS.into_iter().enumerate() {
        let board = index as i64 + 1;
        world.seed(
            Table::Boards,
            json!({ "id": board, "name": name, "inactiveFlag": false, "projectFlag": board == 3 }),
        );
        for (order, (status, closes)) in statuses.iter().enumerate() {
            world.seed(Table::Statuses, json!({
                "id": index as i64 * 10 + order as i64 + 1, "name": status, "board": named(board, name),
                "sortOrder": order, "displayOnBoard": !closes, "inactive": false, "closedStatus": closes,
                "timeEntryNotAllowed": closes, "defaultFlag": order == 0, "escalationStatus": "NoEscalation",
            }));
        }
    }
}

fn companies(world: &mut World) {
    for (index, (name, identifier, town, domain, _)) in COMPANIES.into_iter().enumerate() {
        let id = index as i64 + 101;
        world.seed(Table::Companies, json!({
            "id": id, "identifier": identifier, "name": name, "status": named(1, "Active"),
            "addressLine1": format!("{} Market Street", 10 + index * 7), "city": town,
            "phoneNumber": format!("0113 496 0{:03}", 100 + index), "website": format!("https://www.{domain}"),
            "types": [named(1, "Client")],
        }));
        for (person, title) in TITLES.into_iter().enumerate() {
            let contact = index * 5 + person;
            let (first, last) = name_of(contact);
            let email = format!("{}.{}@{domain}", plain(first), plain(last));
            world.seed(Table::Contacts, json!({
                "id": contact as i64 + 201, "firstName": first, "lastName": last, "title": title,
                "company": named(id, name), "inactiveFlag": false,
                "defaultPhoneNbr": format!("01632 960{:03}", contact),
                "communicationItems": [
                    { "id": contact * 2 + 1, "type": named(1, "Email"), "value": email, "communicationType": "Email", "defaultFlag": true },
                    { "id": contact * 2 + 2, "type": named(2, "Direct"), "value": format!("01632 960{:03}", contact), "communicationType": "Phone", "defaultFlag": true },
                ],
            }));
        }
    }
}

fn name_of(contact: usize) -> (&'static str, &'static str) {
    (FIRST_NAMES[contact % FIRST_NAMES.len()], LAST_NAMES[(contact * 5 + contact / 16) % LAST_NAMES.len()])
}

/// A name as it stands in an address.
fn plain(name: &str) -> String {
    let letters = name.to_lowercase();
    letters
        .chars()
        .map(|c| match c {
            'é' => 'e',
            'å' => 'a',
            'ø' => 'o',
            c => c,
        })
        .filter(char::is_ascii_alphabetic)
        .collect()
}

fn devices(world: &mut World) {
    for index in 0..60_usize {
        let (company, round) = (index % 8, index / 8);
        let (kind, part, model, os) = DEVICES[round];
        let (name, _, _, _, prefix) = COMPANIES[company];
        let contact = company * 5 + round % 5;
        world.seed(Table::Configurations, json!({
            "id": index as i64 + 301, "name": format!("{prefix}-{part}{:02}", round + 1),
            "type": named(round as i64 + 1, kind), "status": named(1, "Active"),
            "company": named(company as i64 + 101, name), "contact": named(contact as i64 + 201, &full_name(contact)),
            "deviceIdentifier": format!("{prefix}{part}{index:03}"), "serialNumber": format!("SN{:06}", 482_113 + index * 977),
            "modelNumber": model, "osInfo": os, "ipAddress": format!("10.{}.0.{}", company + 10, index + 20),
            "activeFlag": index % 17 != 16, "warrantyExpirationDate": "2027-09-30T00:00:00Z",
        }));
    }
}

fn full_name(contact: usize) -> String {
    let (first, last) = name_of(contact);
    format!("{first} {last}")
}

fn ticket(world: &mut World, index: usize) {
    world.pass(1_740);
    let company = (index * 3 + index / 8) % 8;
    let contact = company * 5 + index % 5;
    let (company_name, _, _, domain, prefix) = COMPANIES[company];
    let (first, last) = name_of(contact);
    let round = index % 7;
    let device = format!("{prefix}-{}{:02}", DEVICES[round].1, round + 1);
    let (summary, body) = TICKETS[index % TICKETS.len()];
    let fill = |text: &str| {
        text.replace("{first}", first)
            .replace("{last}", last)
            .replace("{device}", &device)
            .replace("{company}", company_name)
            .replace("{domain}", domain)
    };
    let id = FIRST_TICKET + index as i64;
    let board = if summary.starts_with("[ALERT]") { 2 } else { 1 };
    // Two in five are open work, the others done: like a real board, and with closed tickets to be refused on.
    // Another one for each text when it comes again.
    let turn = index + index / TICKETS.len();
    let status = match (board, turn % 5) {
        (2, 0..=2) => 14,
        (2, other) => 8 + other as i64,
        (_, 0 | 1) => 6,
        (_, 2) => 5,
        (_, other) => other as i64 - 2,
    };
    let status_row = world.row(Table::Statuses, status).cloned().unwrap_or_default();
    let opened = world.tick();
    let closed = status_row["closedStatus"] == true;
    let mut row = json!({
        "id": id, "summary": cut(&fill(summary), 100), "recordType": "ServiceTicket",
        "board": named(board, BOARDS[board as usize - 1].0), "status": named(status, status_row["name"].as_str().unwrap_or("")),
        "company": { "id": company + 101, "identifier": COMPANIES[company].1, "name": company_name, "_info": {} },
        "contact": named(contact as i64 + 201, &full_name(contact)), "contactName": full_name(contact),
        "contactEmailAddress": format!("{}.{}@{domain}", plain(first), plain(last)),
        "priority": named(index as i64 % 4 + 1, ["Priority 1 - Critical", "Priority 2 - High", "Priority 3 - Medium", "Priority 4 - Low"][index % 4]),
        "severity": "Medium", "impact": "Medium", "closedFlag": closed, "actualHours": 0.0,
        "_info": { "lastUpdated": opened, "dateEntered": opened, "updatedBy": "zadmin", "enteredBy": "zadmin" },
    });
    if index.is_multiple_of(3) {
        row["resources"] = MEMBERS[2 + index % 3].0.into();
    }
    world.seed(Table::Tickets, row);
    world.seed(Table::Notes, json!({
        "id": 5_000 + index, "ticketId": id, "text": dressed(index, &fill(body), first, last, company_name),
        "detailDescriptionFlag": true, "internalAnalysisFlag": false, "resolutionFlag": false, "issueFlag": false,
        "contact": named(contact as i64 + 201, &full_name(contact)), "dateCreated": opened, "createdBy": "Email Connector",
        "_info": { "lastUpdated": opened, "dateEntered": opened, "updatedBy": "Email Connector", "enteredBy": "Email Connector" },
    }));
    if board == 1 && index.is_multiple_of(2) {
        world.attached.insert(id, vec![301 + (company + 8 * round) as i64]);
    }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

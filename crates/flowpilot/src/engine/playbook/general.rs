//! What is asked about remote sessions, what keeps data safe, and where nothing tells what it is about.

use super::{Question, act, ask, look, run, says};

pub(super) const REMOTE_ACCESS: &[Question] = &[
    ask(
        "stage",
        "How far does the connection get?",
        "Not reaching, not being let in and being thrown out have different causes.",
        &[
            run(
                look(
                    "The computer is not found or does not answer",
                    "Test the way to the host",
                    "Is the VPN up, does the name resolve, does port 3389 answer?",
                    "Without an open port no sign-in is ever asked for.",
                ),
                &["Test-NetConnection <host> -Port 3389"],
            ),
            look(
                "Sign-in is refused",
                "Check the account and its right to sign in remotely",
                "Locked, expired, wrong domain in front of the name, member of Remote Desktop Users?",
                "The host answered, so the account or its rights are what it refuses.",
            ),
            says("A black screen or a session that hangs"),
            says("It connects, but drops or is slow"),
        ],
    ),
    ask(
        "scope",
        "Do others reach the same host, and does this user reach another one?",
        "Two tests tell whether host, user or line is at fault.",
        &[
            says("Others do, this user does not"),
            look(
                "Nobody reaches it",
                "See whether the host is up",
                "Look at its console in the hypervisor or the management tool. Is it on, at the sign-in screen, or installing updates?",
                "A host nobody reaches is down, restarting or cut off.",
            ),
            says("This user reaches no host"),
        ],
    ),
    ask(
        "message",
        "What is the exact message or number?",
        "Remote desktop names licensing, certificates and CredSSP by their own messages.",
        &[
            look(
                "Licences, or no licence server",
                "Check the licence server and its grace period",
                "Is the licensing service running, and are licences left?",
                "The message names the licence server; nothing on the client helps.",
            ),
            look(
                "CredSSP or encryption oracle",
                "Compare the update level of both sides",
                "Install the missing updates on the older side. Do not weaken the policy.",
                "Both sides refuse each other until they are patched alike.",
            ),
            says("Another one"),
            says("None"),
        ],
    ),
    ask(
        "session",
        "Is there an old session of this user on the host?",
        "A hung session takes every new connection to itself.",
        &[
            run(
                act(
                    "Yes",
                    "Sign the old session out",
                    "Ask the user whether something is unsaved. Then sign the session out and connect again.",
                    "The new connection joins the hung session until it is gone.",
                ),
                &["quser /server:<host>", "logoff <id> /server:<host>"],
            ),
            says("No"),
            says("Cannot be seen"),
        ],
    ),
    ask(
        "since",
        "Since when, and what changed: VPN, firewall, updates, password?",
        "The change names the suspect.",
        &[
            act(
                "The password was changed",
                "Remove saved credentials and type the new ones",
                "Control Panel, Credential Manager: remove the entries of the host and gateway, then connect.",
                "The client keeps trying the old password, and may lock the account.",
            ),
            says("Network or VPN was changed"),
            says("Updates were installed"),
            says("Nothing known"),
        ],
    ),
];

pub(super) const UNKNOWN: &[Question] = &[
    ask(
        "what",
        "What exactly does not work, and what does the screen say?",
        "The exact words or number of an error are worth more than any description.",
        &[
            look(
                "There is an error message",
                "Write down the exact message",
                "Ask for the whole text or a picture, with the time. Paste it here.",
                "With the exact words the library can be searched again.",
            ),
            says("Something is missing or does nothing"),
            says("Something is slow or comes and goes"),
        ],
    ),
    ask(
        "scope",
        "Who has it: one person, several, or everybody?",
        "One person points at the device or account, many point at what they share.",
        &[
            says("One person"),
            says("Several"),
            look(
                "Everybody",
                "Check for a known outage",
                "Look at the monitoring, the provider's and the vendor's status pages, and at other open tickets of today.",
                "What everybody has is most often known already.",
            ),
        ],
    ),
    ask(
        "since",
        "Since when, and did it ever work?",
        "What worked until a moment ago was changed then; what never worked was never set up.",
        &[
            look(
                "Since a certain moment",
                "Find what changed then",
                "Updates, passwords, moves, new devices, contracts that ran out. Ask the user and look at the change log.",
                "The change is the first suspect.",
            ),
            says("It never worked"),
            says("Not known"),
        ],
    ),
    ask(
        "elsewhere",
        "Does it work on another device, or with another account?",
        "Two exchanges tell device, account and service apart.",
        &[
            act(
                "On another device it works",
                "Restart the device",
                "Save the work, choose Restart, try again.",
                "The account and the service are proven, so the device's state remains; a restart clears it.",
            ),
            says("With another account it works"),
            says("Nowhere"),
            says("Cannot be tested"),
        ],
    ),
    ask(
        "impact",
        "Can the person work in the meantime?",
        "It decides how fast somebody else has to be asked.",
        &[says("Yes"), says("In part"), says("No")],
    ),
];

pub(super) const BACKUP: &[Question] = &[
    ask(
        "kind",
        "Is a backup failing, or has something to be restored?",
        "A restore has a person waiting; a failing job has a risk growing.",
        &[
            says("A backup job failed or warns"),
            look(
                "Something has to be restored",
                "Write down what, from when, and where to",
                "Restore beside the original, never over it, unless the owner says so.",
                "The wrong time or place costs more than the wait.",
            ),
        ],
    ),
    ask(
        "error",
        "What is the job's exact error, and at which machine?",
        "One machine points at itself, all of them point at the repository or the service.",
        &[
            run(
                act(
                    "A snapshot or VSS error on one machine",
                    "Restart the failed VSS writers",
                    "Look which writer is not stable, restart the service it belongs to, then run the job again.",
                    "A writer that failed stays failed until its service is restarted.",
                ),
                &["vssadmin list writers"],
            ),
            act(
                "The repository is full or unreachable",
                "Make room or bring the repository back",
                "Check free space, retention and the credentials of the share. Do not delete restore points by hand.",
                "No job can write until the repository takes data.",
            ),
            look(
                "Credentials or access denied",
                "Test the backup account",
                "Has its password changed or lapsed, is it locked, has it still its rights?",
                "All jobs of one account fail together when its password lapses.",
            ),
            says("Another error"),
        ],
    ),
    ask(
        "last_good",
        "When was the last good backup of what failed?",
        "It tells how much would be lost today, and so how urgent it is.",
        &[
            says("Within a day"),
            says("Within a week"),
            look(
                "Older, or none",
                "Tell the lead and take a backup now by hand",
                "Run a full backup to any safe place, and say in the ticket that there is a gap.",
                "The risk is the client's to know about, before something else fails.",
            ),
        ],
    ),
    ask(
        "change",
        "What changed since the last good run?",
        "Jobs that ran for months fail for a reason.",
        &[
            says("Password, account or rights"),
            says("A server was updated, moved or renamed"),
            says("Data grew"),
            says("Nothing known"),
        ],
    ),
];

pub(super) const SECURITY: &[Question] = &[
    ask(
        "now",
        "Is something going on right now: files being encrypted, money being moved, mail being sent?",
        "Containment comes before diagnosis.",
        &[
            act(
                "Yes",
                "Isolate the device and block the account",
                "Take the network away, leave the power on, block sign-in and end all sessions. Call the security lead by telephone.",
                "Each minute costs data; power keeps the evidence in memory.",
            ),
            says("No"),
            look(
                "Not sure",
                "Treat it as running until shown otherwise",
                "Isolate the device, keep it on, and call the security lead.",
                "A false alarm costs an hour, a missed attack costs the company.",
            ),
        ],
    ),
    ask(
        "what",
        "What was seen: a mail, a sign-in, a warning, a certificate?",
        "Each has its own evidence that is lost when somebody tidies up.",
        &[
            look(
                "A suspicious mail",
                "Get the original with its headers",
                "As an attachment, not forwarded. Do not open links or attachments.",
                "Sender, links and path are in the headers alone.",
            ),
            look(
                "A strange sign-in",
                "Read the sign-in log",
                "Time, place, device, result, and whether a second factor was passed.",
                "It tells an attempt from a success.",
            ),
            look(
                "A warning of the protection software",
                "Read what was found, where, and what was done about it",
                "Blocked and cleaned, or only seen?",
                "What was blocked needs a look, what was only seen needs action.",
            ),
            look(
                "A certificate warning",
                "Read the certificate's name and dates",
                "Expired, another name, or an unknown issuer? From inside and outside the same?",
                "An expired one is renewed; another issuer may be somebody in between.",
            ),
        ],
    ),
    ask(
        "acted",
        "What did the user do: click, enter a password, open a file, pay?",
        "It decides what has to be assumed lost. No blame: people who fear it say less.",
        &[
            says("Nothing, only reported it"),
            act(
                "Entered a password or approved a prompt",
                "Reset the password, end all sessions, check factors and mail rules",
                "In this order. Look for new forwarding rules and newly registered factors.",
                "The password has to be treated as known to somebody else.",
            ),
            look(
                "Opened a file or ran something",
                "Isolate the device and have it scanned",
                "Keep the file and its path for the security lead.",
                "What ran may still be running.",
            ),
            look(
                "Paid or changed bank details",
                "Have the bank called now",
                "The client's finance lead calls the bank by a known number. Note the time.",
                "Payments can be called back within hours, not days.",
            ),
        ],
    ),
    ask(
        "spread",
        "Did others get it, or see the same?",
        "One mail in ten mailboxes needs one search, not ten tickets.",
        &[
            look(
                "Yes, or likely",
                "Search all mailboxes and devices for the same thing",
                "By sender, subject, link or file hash. Remove it where it is found.",
                "Somebody has not read it yet.",
            ),
            says("No"),
            says("Not known"),
        ],
    ),
];

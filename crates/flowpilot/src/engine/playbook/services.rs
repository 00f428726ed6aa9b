//! What is asked about what people sign in to and what keeps their data.

use super::{Question, act, ask, look, run, says};

pub(super) const ACTIVE_DIRECTORY: &[Question] = &[
    ask(
        "state",
        "What is the state of the account: locked, disabled, expired, or fine?",
        "The directory knows; nothing has to be guessed from the user's words.",
        &[
            run(
                act(
                    "Locked",
                    "Find the lockout's source, then unlock the account",
                    "Read event 4740 on the domain controller that holds the PDC role: it names the computer that sends the old password. Clear that, then unlock.",
                    "An account unlocked without its source locks again within minutes.",
                ),
                &[
                    "Get-ADUser <name> -Properties LockedOut, PasswordExpired, Enabled",
                    "Unlock-ADAccount <name>",
                ],
            ),
            look(
                "Disabled or expired",
                "Ask whether that was meant",
                "Look for a leaver's ticket or a contract's end before enabling anything.",
                "An account that was closed on purpose must not be opened on request.",
            ),
            says("Fine"),
        ],
    ),
    ask(
        "scope",
        "Is it one user, one computer, or everybody at a site?",
        "Everybody means a domain controller or its time; one computer means its trust.",
        &[
            says("One user, on any computer"),
            run(
                look(
                    "One computer, any user",
                    "Test the computer's trust with the domain",
                    "If it is broken, repair it with an administrator's credentials, or join the domain again.",
                    "A computer whose own password no longer fits refuses every domain user.",
                ),
                &["Test-ComputerSecureChannel -Verbose"],
            ),
            run(
                look(
                    "Everybody at a site",
                    "Check the site's domain controller",
                    "Is it on, does it answer, do its time and its replication agree with the others?",
                    "A whole site signs in at the same domain controller.",
                ),
                &["dcdiag /q", "repadmin /replsummary", "w32tm /query /status"],
            ),
        ],
    ),
    ask(
        "password",
        "Was the password changed lately, and where may the old one be saved?",
        "A saved old password is the most common source of lockouts and prompts.",
        &[
            act(
                "Changed, saved in several places",
                "Remove the old password everywhere it is saved",
                "Credential Manager, mapped drives, services, scheduled tasks, telephone mail, Wi-Fi profile.",
                "Each saved copy keeps trying and counts as a wrong attempt.",
            ),
            says("Changed, saved nowhere else"),
            says("Not changed"),
        ],
    ),
    ask(
        "policy",
        "Is it about a policy or a group that does not arrive?",
        "Policies and groups arrive at sign-in and after replication, not at once.",
        &[
            run(
                look(
                    "A group policy",
                    "Read what was applied and what was denied",
                    "The report names the policy and the reason it was left out.",
                    "The report settles whether it is scope, filter or replication.",
                ),
                &["gpresult /h report.html", "gpupdate /force"],
            ),
            act(
                "A group membership",
                "Sign out and in again",
                "Membership is read at sign-in; on VPN lock and unlock while connected.",
                "The token of the running session does not know the new group.",
            ),
            says("Neither"),
        ],
    ),
    ask(
        "recent",
        "What was changed in the directory lately?",
        "Moves between units, renames and new controllers explain most sudden faults.",
        &[
            says("User or computer was moved or renamed"),
            says("A controller was added or removed"),
            says("Nothing known"),
        ],
    ),
];

pub(super) const M365: &[Question] = &[
    ask(
        "web",
        "Does it work in the browser?",
        "The browser leaves out the installed program: it separates the service and account from the device.",
        &[
            look(
                "Yes",
                "Start the program without add-ins",
                "Outlook: `outlook.exe /safe`. Teams and OneDrive: quit and start again. Note whether it works now.",
                "Service and account are proven, so program, profile or add-in remain.",
            ),
            says("No"),
            says("Not tried"),
        ],
    ),
    ask(
        "scope",
        "Is it one user, several, or everybody of the tenant?",
        "Many at once is most often a service incident or a policy.",
        &[
            says("One user"),
            look(
                "Several or everybody",
                "Read service health in the admin centre",
                "Look for an incident of this service, and for changes of policies since it began.",
                "An incident cannot be fixed from here, only announced.",
            ),
        ],
    ),
    ask(
        "sign_in",
        "Is signing in itself the problem?",
        "The sign-in log names policy, factor and result for each attempt.",
        &[
            look(
                "Yes, with an error",
                "Read the failed sign-in in the Entra sign-in log",
                "Note the error code beginning with AADSTS, the policy that applied and the device's state.",
                "The code and the policy name the cause; the user's screen does not.",
            ),
            act(
                "Yes, it asks again and again",
                "Sign out everywhere and clear the saved work account",
                "Settings, Accounts, Access work or school: disconnect and connect. Remove old entries of Office in Credential Manager.",
                "A stale token makes each program ask and each answer fail.",
            ),
            says("No"),
        ],
    ),
    ask(
        "licence",
        "Does the user have the licence, and was it or the mailbox changed lately?",
        "A removed or swapped licence takes the mailbox, Teams and Office with it.",
        &[
            act(
                "Missing or changed",
                "Assign the licence again",
                "Check that one is free and that the usage location is set. It takes up to an hour.",
                "Without the licence the service refuses, whatever the device does.",
            ),
            says("There, unchanged"),
            says("Not known"),
        ],
    ),
    ask(
        "mail",
        "If it is about mail: does it not send, not arrive, or not show?",
        "Message trace answers the first two, the program's view the third.",
        &[
            look(
                "Does not send or bounces",
                "Read the bounce and the message trace",
                "Note the status such as 5.7.1 and the server that gave it.",
                "The status names who refused and why.",
            ),
            look(
                "Does not arrive",
                "Trace the message and look into quarantine",
                "Search by sender and time. Delivered, quarantined, or never seen?",
                "The trace tells whether it reached the tenant at all.",
            ),
            act(
                "Arrives, but does not show",
                "Check rules, focused inbox and the folder's view",
                "Turn filters off, reset the view, and look for rules that move mail.",
                "The mail is there, so the view or a rule hides it.",
            ),
            says("It is not about mail"),
        ],
    ),
];

pub(super) const SERVERS: &[Question] = &[
    ask(
        "up",
        "Is the server up, and is what it serves up?",
        "Server down, service down and service unreachable have different owners and urgency.",
        &[
            look(
                "The server is down",
                "Open its console in the hypervisor or the management board",
                "Read what the screen says before restarting; take a picture of a stop code.",
                "The screen is lost with a restart and is often the only evidence.",
            ),
            run(
                act(
                    "The server is up, the service is down",
                    "Read the service's last error, then start it",
                    "Note events 7031, 7034 or 7000 and their text first. Watch for five minutes whether it stays.",
                    "A service that was stopped once may simply start; one that falls again has left its reason in the log.",
                ),
                &["Get-Service <name>", "Start-Service <name>"],
            ),
            says("Both are up, but it is slow or unreachable"),
        ],
    ),
    ask(
        "resources",
        "What is short: disk, memory, processor, or nothing?",
        "A full disk explains most servers that stop all at once.",
        &[
            run(
                act(
                    "Disk",
                    "Free space without touching data",
                    "Old logs, temporary files, update leftovers, old crash dumps. Never delete database or mail log files by hand.",
                    "Services stop when they cannot write; space brings them back.",
                ),
                &["Get-PSDrive -PSProvider FileSystem"],
            ),
            look(
                "Memory or processor",
                "Find the process that takes it",
                "Note its name, since when it grows, and what it serves.",
                "The process tells which service to talk to its owner about.",
            ),
            says("Nothing"),
        ],
    ),
    ask(
        "change",
        "What was changed in the last two days: updates, firmware, settings, restores?",
        "Servers rarely change by themselves.",
        &[
            look(
                "Updates were installed",
                "List the updates and look for known issues",
                "Note the numbers and the time of the restart, and search the vendor's list of known issues.",
                "A known issue has a known way round.",
            ),
            says("Something else was changed"),
            says("Nothing known"),
        ],
    ),
    ask(
        "storage",
        "Does storage or hardware report a fault?",
        "A degraded array or failing host has to be known before anything is restarted.",
        &[
            look(
                "Yes",
                "Check that the last backup is good before going on",
                "Note the disk or part, the state of the array, and the time of the last good backup.",
                "The next failure may take the data; the backup decides what may be risked.",
            ),
            says("No"),
            says("Cannot be seen"),
        ],
    ),
    ask(
        "who",
        "Who is cut off by it, and is there a window to restart?",
        "It decides whether to repair in place, to fail over, or to wait.",
        &[
            says("Everybody, restart at once if it helps"),
            says("Some, a window can be agreed"),
            says("Nobody yet"),
        ],
    ),
];

pub(super) const FILE_SERVICES: &[Question] = &[
    ask(
        "message",
        "What happens: access denied, path not found, or the drive is missing?",
        "Denied is rights, not found is the way or the name, missing is the mapping.",
        &[
            run(
                look(
                    "Access denied",
                    "Compare the folder's rights with the user's groups",
                    "Both the share's and the folder's rights count, the narrower wins. Who owns the folder?",
                    "The server was reached and refused, so rights are the question.",
                ),
                &["whoami /groups", "icacls <path>"],
            ),
            run(
                look(
                    "Path not found",
                    "Open the share by its full path, then by the server's address",
                    "If the address works and the name does not, it is name resolution. Is the VPN up?",
                    "Two tries tell server, name and network apart.",
                ),
                &["Test-NetConnection <server> -Port 445"],
            ),
            run(
                act(
                    "The drive is missing or has a red cross",
                    "Connect the drive again",
                    "Remove the mapping, connect it by its full path, and look whether it survives a sign-in.",
                    "A mapping made while offline stays broken until it is made anew.",
                ),
                &["net use", "net use <letter>: /delete", "net use <letter>: \\\\<server>\\<share>"],
            ),
            says("A file is locked or gone"),
        ],
    ),
    ask(
        "scope",
        "Do colleagues with the same role reach it?",
        "It separates the user's rights from the server.",
        &[
            says("Yes"),
            look(
                "No, nobody does",
                "Check the file server and its disk",
                "Is it up, is the share still there, is the disk full or offline?",
                "What nobody reaches is the server's fault.",
            ),
            says("Not known"),
        ],
    ),
    ask(
        "ever",
        "Did this user ever have access, and what changed: role, group, folder?",
        "New access needs the owner's yes; lost access needs the change that took it.",
        &[
            look(
                "Never had it",
                "Get the owner's approval in writing",
                "Name the folder, the right (read or change) and until when.",
                "Access is the owner's to give, not the service desk's.",
            ),
            act(
                "Had it until a group or role was changed",
                "Sign out and in again",
                "Groups are read at sign-in. If it is still denied, read the group's members.",
                "The session's token still has the old groups.",
            ),
            says("Had it, nothing known to have changed"),
        ],
    ),
    ask(
        "file",
        "If a file is gone, locked or damaged: which one, and since when?",
        "Version, time and owner decide whether it can be brought back without a restore.",
        &[
            act(
                "Deleted or overwritten",
                "Bring it back from previous versions",
                "Properties of the folder, Previous Versions: open, do not restore over. Copy the file out.",
                "A previous version is minutes away, a restore is hours.",
            ),
            look(
                "Locked",
                "Find who has it open",
                "Ask them to close it. Close it by force only when they agree to lose what is unsaved.",
                "The server knows the session; the user's message often names the wrong person.",
            ),
            says("It is not about one file"),
        ],
    ),
];

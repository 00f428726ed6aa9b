//! What is asked about devices, their network and what is reached through it.

use super::{Question, act, ask, look, run, says};

pub(super) const NETWORKING: &[Question] = &[
    ask(
        "scope",
        "Who is cut off: one device, one area, or the whole site?",
        "The scope tells where to look: the device, its switch or access point, or the line.",
        &[
            says("One device"),
            look(
                "Several devices in one area",
                "Look at the switch or access point they share",
                "Are its lights on, does it answer a ping, was it unplugged or moved?",
                "Devices that fail together share a part; that part is the first suspect.",
            ),
            look(
                "The whole site",
                "Check the modem and the firewall on site",
                "Ask somebody to read the lights, and look up the provider's status page. Note since when.",
                "A whole site goes dark with its line, its firewall or its power.",
            ),
        ],
    ),
    ask(
        "reach",
        "What does the device still reach: nothing, addresses but not names, or everything but one thing?",
        "It separates cable and address from name resolution, and those from one broken service.",
        &[
            run(
                look(
                    "Nothing at all",
                    "Read the device's address",
                    "An address that begins with 169.254 means that DHCP gave none. No address at all means cable or Wi-Fi.",
                    "Without an address nothing else can work.",
                ),
                &["ipconfig /all"],
            ),
            run(
                act(
                    "Addresses, but not names",
                    "Correct the name servers and clear the name cache",
                    "Compare the device's DNS servers with those of a device that works, correct them, then clear the cache and try again.",
                    "Addresses that answer while names do not leave name resolution as the only suspect.",
                ),
                &["ipconfig /all", "ipconfig /flushdns", "nslookup www.microsoft.com"],
            ),
            says("Everything but one site or service"),
            says("Everything, but slowly"),
        ],
    ),
    ask(
        "medium",
        "Does it happen on cable, on Wi-Fi, or through the VPN?",
        "Trying the other medium once shows whether the fault lies in the medium or behind it.",
        &[
            act(
                "Cable",
                "Try another cable and another socket",
                "Use a cable and a socket that work for somebody else. Note whether the light at the socket comes on.",
                "It takes two minutes and rules out the part that fails most often.",
            ),
            act(
                "Wi-Fi",
                "Forget the Wi-Fi network and join it again",
                "Remove the saved network, join again, and compare with a second device at the same place.",
                "A changed key or certificate leaves a saved profile that no longer fits.",
            ),
            look(
                "VPN",
                "Test the internet without the VPN, then read the client's error",
                "Disconnect, open a page, connect again and write down the exact message or number.",
                "A VPN needs a working line first; its error number names the stage that failed.",
            ),
        ],
    ),
    ask(
        "since",
        "Since when, and what changed just before?",
        "Most network faults follow a change: a move, new equipment, new rules, a lapsed contract.",
        &[
            says("A device or cable was moved or added"),
            look(
                "Firewall, switch or provider was changed",
                "Compare with the state before the change",
                "Find the change's ticket and ask who made it whether it can be taken back.",
                "Taking a change back is the quickest proof that it was the cause.",
            ),
            says("Nothing known"),
        ],
    ),
    ask(
        "pattern",
        "Is it constant, or does it come and go?",
        "A fault that comes and goes has a rhythm; the rhythm points at load, heat, leases or roaming.",
        &[
            says("Constant"),
            run(
                look(
                    "Comes and goes",
                    "Let a ping run until it happens again",
                    "Ping the gateway and an outside address side by side, and note the times of the gaps.",
                    "Gaps to the gateway lie inside the house; gaps outside alone lie with the line.",
                ),
                &["ping -t 1.1.1.1"],
            ),
        ],
    ),
];

pub(super) const HARDWARE: &[Question] = &[
    ask(
        "power",
        "Does the device turn on, and does it get to the sign-in screen?",
        "It separates power, board and display from everything that needs a running system.",
        &[
            act(
                "Nothing happens",
                "Drain the device and start it on a known good charger",
                "Unplug charger, dock and accessories, hold the power button for 30 seconds, plug in a charger that works elsewhere, start.",
                "A controller that hangs looks like a dead device and comes back once it has no power at all.",
            ),
            look(
                "Lights or beeps, but no picture",
                "Count the beeps or blinks and try an outside screen",
                "Write the pattern down; the maker's manual names the part. A picture on the outside screen means the panel or its cable.",
                "The pattern is the device's own diagnosis.",
            ),
            says("It starts normally"),
        ],
    ),
    ask(
        "part",
        "Which part misbehaves?",
        "Each part has its own quick exchange test.",
        &[
            act(
                "Dock or outside screens",
                "Restart the dock and plug straight into the device",
                "Take the dock's power away for 30 seconds. Then test the same screen at the device itself.",
                "If the screen works at the device, the dock or its firmware is at fault.",
            ),
            act(
                "Keyboard, mouse, headset or camera",
                "Try the accessory at another socket and another computer",
                "If it fails on both, replace it. If it fails on one, remove it in Device Manager and plug it in again.",
                "One exchange tells whether the accessory or the computer is at fault.",
            ),
            run(
                look(
                    "Battery or charging",
                    "Read the battery report",
                    "Compare full charge capacity with design capacity; below 60 % the battery is worn. Check that the charger has the watts the maker asks for.",
                    "The report tells wear from a weak charger without opening the device.",
                ),
                &["powercfg /batteryreport"],
            ),
            says("Something else"),
        ],
    ),
    ask(
        "damage",
        "Was it dropped, wet, or opened lately?",
        "Damage decides between repair, warranty and insurance, and may make it unsafe to go on.",
        &[
            look(
                "Liquid",
                "Keep it off and ask for it to be sent in",
                "Do not charge or start it. Ask what was spilled and when, and arrange a loan device.",
                "Power on a wet board turns a cleaning into a loss.",
            ),
            says("Dropped or bent"),
            says("No"),
        ],
    ),
    ask(
        "exchange",
        "Does the fault follow the part or stay with the computer?",
        "An exchange test beats any guess about which of the two to replace.",
        &[says("Follows the part"), says("Stays with the computer"), says("Cannot be tested")],
    ),
    ask(
        "warranty",
        "Is the device under warranty or contract?",
        "It decides who repairs it and what may be opened.",
        &[
            look(
                "Yes",
                "Collect model, serial number and the fault's description",
                "With these and the tests done the maker opens a case at once.",
                "The maker asks for exactly these before anything else.",
            ),
            says("No"),
            says("Not known"),
        ],
    ),
];

pub(super) const WINDOWS: &[Question] = &[
    ask(
        "shape",
        "What does it look like: slow, freezing, crashing, or not starting?",
        "Each has its own first place to look.",
        &[
            look(
                "Slow",
                "Sort Task Manager by processor, memory and disk",
                "Note which of them is near 100 % and which program is on top.",
                "The resource that is full tells what to relieve.",
            ),
            says("Freezes"),
            run(
                look(
                    "Crashes or restarts",
                    "Read the stop code and the last critical events",
                    "Note the stop code, and the driver's name if one is shown.",
                    "The stop code and the driver narrow a crash better than any description.",
                ),
                &["Get-WinEvent -FilterHashtable @{LogName='System'; Level=1,2} -MaxEvents 20"],
            ),
            act(
                "Does not start",
                "Start in safe mode",
                "Interrupt the start three times, then Troubleshoot, Advanced options, Startup Settings. Have the BitLocker key at hand.",
                "If safe mode starts, a driver or a program that starts along is the cause.",
            ),
        ],
    ),
    ask(
        "since",
        "Since when, and was anything installed or updated just before?",
        "An update that can be removed is the quickest test there is.",
        &[
            run(
                act(
                    "After an update",
                    "Remove the last update and restart",
                    "Settings, Windows Update, Update history, Uninstall updates: remove the last quality update.",
                    "The problem began with the update, so taking it back tests exactly that.",
                ),
                &["Get-HotFix | Sort-Object InstalledOn -Descending | Select-Object -First 5"],
            ),
            act(
                "After a new program or driver",
                "Remove the program or roll the driver back",
                "Programs: uninstall. Drivers: Device Manager, Properties, Driver, Roll Back Driver.",
                "It is the only thing known to have changed.",
            ),
            says("Nothing known"),
        ],
    ),
    ask(
        "restart",
        "When was it last restarted, with Restart and not Shut down?",
        "Shut down keeps the kernel's state when fast startup is on; only Restart clears it.",
        &[
            act(
                "Not today",
                "Restart it",
                "Save the work, choose Restart, and look whether the problem is back after ten minutes.",
                "It clears hung drivers and pending updates, and costs five minutes.",
            ),
            says("Today, and it is back"),
        ],
    ),
    ask(
        "profile",
        "Does another user have it on the same computer?",
        "It separates the computer from the user's profile.",
        &[
            says("Yes, everybody"),
            look(
                "No, only this user",
                "Look for a temporary or damaged profile",
                "Does the desktop look new? Check the Application log for profile events, and the free space of the home drive.",
                "What one user alone has lies in the profile or its policies.",
            ),
            says("Cannot be tested"),
        ],
    ),
    ask(
        "disk",
        "How full is the system drive, and is it healthy?",
        "A full or failing disk looks like any other problem and makes every repair risky.",
        &[
            act(
                "Less than 10 % free",
                "Free space on the system drive",
                "Run Disk Cleanup with system files, empty the bin, and move large files. Aim for 20 % free.",
                "Updates, paging and profiles fail first when the disk is full.",
            ),
            run(
                look(
                    "Enough free",
                    "Read the disk's health",
                    "Any status but Healthy, or disk errors in the System log, means: back up first, then replace.",
                    "A failing disk has to be ruled out before anything is repaired on it.",
                ),
                &["Get-PhysicalDisk | Select-Object FriendlyName, HealthStatus, OperationalStatus"],
            ),
        ],
    ),
];

pub(super) const PRINTING: &[Question] = &[
    ask(
        "scope",
        "Who cannot print: one user, everyone on one printer, or several printers?",
        "One user is the computer, one printer is the device or its queue, several are the server or the network.",
        &[says("One user"), says("Everyone on one printer"), says("Several printers")],
    ),
    ask(
        "device",
        "What does the printer's own display say?",
        "A device that reports a fault will not print whatever the computer does.",
        &[
            act(
                "An error, or paper or toner",
                "Clear what the display names and print its own test page",
                "Follow the display, then print a configuration page from the printer's menu.",
                "The page comes from the device alone, so it proves the device.",
            ),
            look(
                "Ready",
                "Compare the display's address with the one in the queue",
                "Read the address under Network on the display, and the port of the queue in Windows.",
                "A printer that is ready but offline in Windows has most often got a new address.",
            ),
            act(
                "Dark or hung",
                "Turn the printer off, wait 30 seconds, turn it on",
                "Wait until it says ready, then send one page.",
                "A hung controller takes no jobs and comes back with a restart.",
            ),
        ],
    ),
    ask(
        "queue",
        "What happens to the job in the queue?",
        "The place where the job stops is the place to look.",
        &[
            run(
                act(
                    "It stays there, or says error",
                    "Clear the queue and restart the spooler",
                    "Tell everybody on this queue that waiting jobs are lost. Then stop the spooler, empty its folder, start it.",
                    "One damaged job holds up all behind it.",
                ),
                &[
                    "Stop-Service Spooler",
                    "Remove-Item \"$env:SystemRoot\\System32\\spool\\PRINTERS\\*\"",
                    "Start-Service Spooler",
                ],
            ),
            says("It vanishes without a page"),
            says("It never gets there"),
        ],
    ),
    ask(
        "application",
        "Does a test page print, and does it happen in one program only?",
        "A test page takes the program out of the picture.",
        &[
            look(
                "The test page prints",
                "Print another document from the same program",
                "If that prints, the document is at fault; print it as an image.",
                "Printer and driver are proven, so program or document remain.",
            ),
            says("The test page does not print"),
        ],
    ),
    ask(
        "scan",
        "Is it about printing, or about scanning or faxing?",
        "Scanning to mail or folder depends on a password and a path, not on the queue.",
        &[
            says("Printing"),
            look(
                "Scanning to mail or folder",
                "Check the account the device scans with",
                "Has its password changed or lapsed, is the folder or mail server still the same?",
                "A lapsed password stops scanning on all devices that use it.",
            ),
        ],
    ),
];

// SIGINT, SIGTERM and SIGHUP: noted, forwarded to the running child's group, and turned into exit
// codes 130/143. A third one ends envlift at once.
#pragma once

namespace envlift::sys {

// Installs the handlers; once, from main. SIGPIPE is ignored for sockets and pipes to children.
void install_signal_handlers();
// The signal that asked envlift to stop; 0 while none has.
int interrupted_by();
// Descriptor that becomes readable when a signal has come (for poll and Asio).
int interrupt_descriptor();
// A duplicate of it for an owner that closes what it is given; -1 when there is none.
int duplicate_interrupt_descriptor();

}  // namespace envlift::sys

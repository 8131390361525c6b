/*
 * Signals while the database is at work. lines.h holds them back and looks at
 * them when it waits for input; a call of Connector/C may last long, and a
 * second SIGTERM or SIGINT has to end the program during it too.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

/* Lets SIGTERM and SIGINT through: the second one kills; the first one does
 * if stopping says that there was one before. */
void interrupt_allow(int stopping);

/* Holds them back again; one that came is handed on to lines.h. */
void interrupt_hold(void);

#endif

/* In place of Arduino's own, to check the sketch's syntax: what it uses of it. */
#ifndef STAND_IN_ARDUINO_H
#define STAND_IN_ARDUINO_H

#include <stdint.h>

struct StandIn {
    void begin(unsigned long);
    int available();
    int read();
    void print(const char *);
    void println(const char *);
    void println(unsigned long);
    void println(unsigned int);
};
extern StandIn Serial;
enum { A0 = 14 };
int analogRead(int);
void delay(unsigned long);

#endif

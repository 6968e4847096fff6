/* The known answers of tests/vectors through the C interface: what every machine has to give. */
#ifndef ANSWERS_H
#define ANSWERS_H

#include <stdint.h>

/* Runs all of them, and calls `report` for each with its name, and 1 if it is right; returns how many were wrong. */
int answers(void (*report)(const char *name, int right));

#endif

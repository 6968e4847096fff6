// Tells gestures apart that it has been shown, and says where it knows none. Eight readings of an analogue sensor are a sample. Send a
// digit to teach the sample as that label, or anything else to ask.
#include <slotless.h>

static uint32_t state[256];
static slotless_grow memory;

static void fail(const char *what, slotless_status status) {
  Serial.print(what);
  Serial.print(": ");
  Serial.println(slotless_status_name(status));
}

void setup() {
  Serial.begin(115200);
  slotless_grow_params params = {};
  params.features = 8; // items: as many as the buffer holds
  slotless_status status = slotless_grow_new(&memory, &params, state, 256);
  if (status != SLOTLESS_STATUS_OK) {
    fail("new", status);
  }
}

void loop() {
  if (Serial.available() == 0) {
    return;
  }
  int key = Serial.read();
  uint8_t sample[8];
  for (int at = 0; at < 8; at++) {
    sample[at] = (uint8_t)(analogRead(A0) >> 2);
    delay(50);
  }
  if (key >= '0' && key <= '9') {
    slotless_status status = slotless_grow_learn(&memory, sample, 8, (uint32_t)(key - '0'), nullptr);
    if (status != SLOTLESS_STATUS_OK) {
      fail("learn", status);
    }
    return;
  }
  slotless_recognised found;
  slotless_status status = slotless_grow_recognise(&memory, sample, 8, &found);
  if (status != SLOTLESS_STATUS_OK) {
    fail("recognise", status);
  } else if (found.verdict == SLOTLESS_UNKNOWN) {
    Serial.println("unknown");
  } else {
    Serial.println(found.label);
  }
}

/* In place of Zephyr's own, to check the sample's syntax. */
void printk(const char *, ...);

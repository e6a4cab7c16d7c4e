package io.gpusnapshot.cli;

import java.util.Locale;

/** What new content may be stored as the difference to. */
enum DeltaChoice {
    NONE,
    PARENT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

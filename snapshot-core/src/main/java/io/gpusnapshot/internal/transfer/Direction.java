package io.gpusnapshot.internal.transfer;

/** Which way bytes move. */
enum Direction {
    DOWN("read"),
    UP("store");

    private final String verb;

    Direction(String verb) {
        this.verb = verb;
    }

    /** The verb, for messages. */
    @Override
    public String toString() {
        return verb;
    }
}

package io.gpusnapshot.model;

/**
 * One setting of a host's network, and what became of it.
 *
 * @param name as the kernel names it, for example {@code net.ipv4.tcp_congestion_control}
 * @param before its value when the job came; empty if it could not be read
 * @param wanted the value that it should have, or exceed
 * @param outcome what was done
 */
public record TuningSetting(String name, String before, String wanted, Outcome outcome) {
    /** What became of a setting. */
    public enum Outcome {
        /** It was changed, and is changed back after the last job on the host. */
        APPLIED,
        /** It was as wanted, by itself or because of another job that runs there. */
        ALREADY_SO,
        /** The host has no such setting, or lets nobody like us change it. */
        DENIED
    }

    @Override
    public String toString() {
        return switch (outcome) {
            case APPLIED -> name + " set to " + wanted + ", was " + before;
            case ALREADY_SO -> name + " is " + before + " already";
            case DENIED -> name + " could not be set to " + wanted + (before.isEmpty() ? "" : ", is " + before);
        };
    }
}

package io.gpusnapshot.cli;

/** What a process that ran a command ends with. Scripts rely on these numbers. */
final class ExitCodes {
    static final int DONE = 0;
    static final int FAILED = 1;
    /** The arguments make no sense; nothing was done. */
    static final int USAGE = 2;
    /** Done, but some files were left out or were changing. */
    static final int WARNED = 3;
    /** Stopped by a signal. */
    static final int CANCELLED = 130;

    private ExitCodes() {}
}

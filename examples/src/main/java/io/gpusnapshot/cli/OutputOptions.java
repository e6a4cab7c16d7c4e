package io.gpusnapshot.cli;

import picocli.CommandLine.Option;

/** How a command reports. */
final class OutputOptions {
    @Option(names = "--json", description = "Print one JSON object as the last line of standard output.")
    private boolean json;

    @Option(names = "--quiet", description = "Print results only: no progress, no summary.")
    private boolean quiet;

    @Option(names = "--debug", description = "Print the stack of a failure.")
    private boolean debug;

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    boolean debug() {
        return debug;
    }

    /** Whether to print summaries for people. */
    boolean chatty() {
        return !json && !quiet;
    }
}

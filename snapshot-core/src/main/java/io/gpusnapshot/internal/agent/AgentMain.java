package io.gpusnapshot.internal.agent;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.protocol.MessageChannel;
import io.gpusnapshot.internal.protocol.Timing;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Clock;

/** Entry point of the program on the host. Standard input and output belong to the protocol, standard error is the log. */
public final class AgentMain {
    private AgentMain() {}

    /** Serves one order and ends. There are no arguments: whatever is secret must not be seen in a list of processes. */
    public static void main(String[] arguments) throws InterruptedException {
        // Whatever else writes to standard output must not disturb the protocol.
        System.setOut(System.err);
        MessageChannel channel =
                new MessageChannel(System.in, new FileOutputStream(FileDescriptor.out), "The orchestrator");
        boolean served = new Agent(channel, CodecRegistry.fromClassPath(), Clock.systemUTC(), Timing.STANDARD).serve();
        // Threads may hang in calls that nothing ends, and what they were to clean up is resumable anyway.
        Runtime.getRuntime().halt(served ? 0 : 1);
    }
}

package io.gpusnapshot.internal.agent;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.protocol.MessageChannel;
import io.gpusnapshot.internal.protocol.Timing;
import io.gpusnapshot.internal.transfer.PackStores;
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
        CodecRegistry codecs = CodecRegistry.fromClassPath();
        // What every job needs is loaded while the orchestrator is still being talked to.
        Agent.start("warm-up", PosixCalls::ofPlatform);
        Agent.start("warm-up", () -> codecs.ids().forEach(codecs::isUsable));
        Agent.start("warm-up", () -> PackStores.newTransport(1).close());
        boolean served = new Agent(channel, codecs, Clock.systemUTC(), Timing.STANDARD).serve();
        // Threads may hang in calls that nothing ends, and what they were to clean up is resumable anyway.
        Runtime.getRuntime().halt(served ? 0 : 1);
    }
}

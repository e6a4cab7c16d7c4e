package io.gpusnapshot.internal.agent;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.protocol.Failure;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.MessageChannel;
import io.gpusnapshot.internal.protocol.Order;
import io.gpusnapshot.internal.protocol.Protocol;
import io.gpusnapshot.internal.protocol.Report;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one order of an orchestrator. One thread works, one listens, one sees to it that both ends hear of each other:
 * when the orchestrator cancels, or has not been heard of for too long, the work is interrupted.
 */
final class Agent {
    private static final Logger LOGGER = LoggerFactory.getLogger(Agent.class);

    /** How long an interrupted job may take to stop. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final MessageChannel channel;
    private final CodecRegistry codecs;
    private final Clock clock;
    private final Orchestrator orchestrator;
    private volatile boolean lost;
    private volatile boolean reported;

    Agent(MessageChannel channel, CodecRegistry codecs, Clock clock) {
        this.channel = channel;
        this.codecs = codecs;
        this.clock = clock;
        this.orchestrator = new Orchestrator(channel);
    }

    /** Returns when the order has been carried out, has failed, or has no orchestrator any more; true for the first. */
    boolean serve() throws InterruptedException {
        Message order = introduce();
        if (order == null) {
            return false;
        }
        Thread job = start("job", () -> work(order));
        start("listener", () -> listen(job));
        while (job.isAlive() && !lost) {
            job.join(Protocol.PULSE.toMillis());
            pulse();
        }
        if (lost) {
            LOGGER.warn("The orchestrator is gone; stopping");
            orchestrator.lose();
            job.interrupt();
            job.join(GRACE.toMillis());
        }
        return reported;
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, "agent-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Says hello, hears hello, and returns the order; null if it comes to nothing. */
    private @Nullable Message introduce() {
        try {
            channel.send(Message.of("hello").with("protocol", Protocol.VERSION));
            Message hello = channel.receive();
            if (hello == null) {
                return null;
            }
            if (hello.number("protocol") != Protocol.VERSION) {
                fail(new UnsupportedFormatException(
                        "protocol",
                        "The orchestrator speaks protocol " + hello.number("protocol") + ", but this agent speaks "
                                + Protocol.VERSION));
                return null;
            }
            return channel.receive();
        } catch (IOException failed) {
            LOGGER.warn("Cannot hear what to do: {}", failed.toString());
            return null;
        }
    }

    private void work(Message message) {
        try {
            Job job = new Job(orchestrator, codecs, clock, this::tell);
            tell(job.run(Order.of(message, codecs)));
            reported = !lost;
        } catch (IOException | RuntimeException | Error failed) {
            LOGGER.info("The job failed", failed);
            fail(failed);
        }
    }

    private void fail(Throwable failure) {
        tell(Message.of(Report.FAILED).with("error", Failure.of(failure)));
    }

    /** Tells the orchestrator, or finds out that it is gone. */
    private void tell(Message message) {
        try {
            channel.send(message);
        } catch (IOException broken) {
            lost = true;
        }
    }

    private void pulse() {
        if (channel.silentNanos() > Protocol.SILENCE_LIMIT.toNanos()) {
            lost = true;
        } else if (!reported) {
            tell(Message.of("pulse"));
        }
    }

    private void listen(Thread job) {
        try {
            for (Message message = channel.receive(); message != null; message = channel.receive()) {
                hear(message, job);
            }
        } catch (IOException broken) {
            LOGGER.warn("The link to the orchestrator broke: {}", broken.toString());
        }
        lost = true;
        orchestrator.lose();
        job.interrupt();
    }

    private void hear(Message message, Thread job) throws UnsupportedFormatException {
        switch (message.type()) {
            case "answer" -> orchestrator.answered(message.number("call"), message.message("result"));
            case "refusal" -> orchestrator.refused(message.number("call"), message.message("error"));
            case "cancel" -> job.interrupt();
            case "pulse" -> LOGGER.trace("pulse");
            default -> throw message.unknown("The orchestrator");
        }
    }
}
